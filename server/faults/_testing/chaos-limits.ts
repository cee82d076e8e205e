/** Short, so that a test need not wait; long enough that a busy machine does not lose them by itself. */
export const chaosLimits = { leaseMs: 2_500, heartbeatMs: 350 };
