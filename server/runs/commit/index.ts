/** One transaction of the protocol: lock, decide, write. */
export type { FinishedNode, RunEngine } from "./engine";
export { readPlan } from "./read-state";
export { CANCEL_CHANNEL, EVENTS_CHANNEL, READY_CHANNEL } from "./write-decision";
