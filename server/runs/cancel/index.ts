/** Stops runs. */
export { cancelRun } from "./cancel-run";
