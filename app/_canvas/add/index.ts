/** New nodes. */
export { KIND_MIME } from "./kind-mime";
