/** New nodes. */
export { KIND_MIME } from "./kind-mime";
export { rankKinds } from "./rank";
