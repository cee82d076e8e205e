/** Short, so that a test need not wait; long enough that a busy machine does not lose them by itself. */
export const chaosLimits = { leaseMs: 2_500, heartbeatMs: 350 };
/** The same of jobs that stand still. */
export const chaosStall = { lookMs: 250, stoppedMs: 1_500, silentMs: 20_000, idleShare: 0.05 };
