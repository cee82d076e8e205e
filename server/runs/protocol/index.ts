/** Decides, purely: rows in, writes out. */
export type { NodeFailure, Offer } from "./decision";
export { INPUT_LOST } from "./end-node";
export { failureTable } from "./failure-table";
export { type Capacity, couldHold, giveBack, hasGpus, type Needs, resized, take } from "./slots";
