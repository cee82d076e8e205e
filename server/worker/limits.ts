/**
 * A cancelled job gets this long to stop by itself; then all its processes are killed. Finding, killing and recording them
 * takes 0.2 s, on a busy machine a second: three seconds in all are promised.
 */
export const abortMs = 2_000;
/** The same when the worker itself is told to stop: it has 1.5 s before its lifeline ends it. */
export const shutdownMs = 800;
/**
 * A job that neither says nor computes anything is looked at this often, and ended when it stands still: longer than any disk
 * or hub is silent between two answers, and much shorter than a deadline, which allows for work.
 */
export const stall = { lookMs: 15_000, stoppedMs: 60_000, silentMs: 20 * 60_000, idleShare: 0.01 };
/** A pooled job host without work is ended after this long. */
export const idleMs = 60_000;
/** A pooled job host is replaced after this many jobs, so that a small leak in a library stays small. */
export const jobsPerHost = 500;
/** A job host must say that it is ready within this time; loading through tsx on a busy machine takes a few seconds. */
export const hostStartMs = 60_000;
/** How often a job host says how much memory it holds. */
export const rssMs = 2_000;
/** How old the count of the kernel's kills may be when an attempt starts. */
export const killsAgeMs = 1_000;
/** A job host ends itself when its worker gives no sign for this share of a lease: it is gone before another may have its work. */
export const silentShare = 2 / 3;
/** Signs of life in that time: a busy machine may miss some. */
export const signsPerSilence = 10;
/** How often a job host's watchdog looks for its worker. */
export const watchMs = 250;
/** What a killed job host started is gone within milliseconds; after this it is left to the kernel. */
export const treeMs = 1_000;
/** How often it is looked whether they are gone. */
export const treePollMs = 10;
/** Logs, metrics and samples are written together this often. */
export const flushMs = 250;
/** What could not be written because the database is away is tried again after this long. */
export const putBackMs = 1_000;
/** Progress is written this often while it changes. */
export const progressMs = 1_000;
/** Rings that come closer together than this are answered together: a quick node takes a tenth of it, and nobody sees the wait. */
export const claimPaceMs = 100;
/** Without a notification, ready nodes are looked for this often. */
export const pollMs = 1_000;
/** Characters of one log line; longer ones are cut. */
export const logLineChars = 4_000;
/** Lines of one attempt that are kept; after that only warnings and errors. */
export const logLinesPerAttempt = 20_000;
/** What a crashed host wrote last, kept with the attempt. */
export const tailChars = 4_000;
/** Checkpoints kept for each key: the newest, and one before it should that be damaged. */
export const keptCheckpoints = 2;
/** How often a job that has a folder and no channel looks whether it is asked to stop. */
export const stopLookMs = 100;
