/** What workers do with node runs: claim, renew, finish, give back. */
export { type ClaimedNode, claimNodes } from "./claim";
export { type AttemptRef, failAttempt, returnAttempts, stopAttempt } from "./end-attempt";
export { type Finished, finishNodes } from "./finish";
export { heartbeat } from "./heartbeat";
export { RANK, readWorkers } from "./queue-rows";
export { expireDeadWorkers, reapAttempts } from "./reap";
