/** A worker that does not renew its lease for this long has lost it: five heartbeats, so that a busy machine keeps its work. */
export const leaseMs = 15_000;
export const heartbeatMs = 3_000;
/** No worker takes a longer lease: one that ends later is an error of the clock. */
export const longestLeaseMs = 60_000;
/** After a cancel, how long past its lease a silent worker's process may still live before it is taken for gone. */
export const goneGraceMs = 5_000;
/** How often lost leases are looked for. */
export const reapMs = 2_000;
/** Runs whose plan is kept in memory; a plan of 100 nodes is about 100 kB. */
export const keptPlans = 64;
/** Events a page of `readEvents` holds. */
export const eventsPage = 500;
/** After a page, a reader lets this much gather before it reads again: below what an eye sees, above what a quick node takes. */
export const eventPaceMs = 50;
/** A reader without a notification looks again after this long. */
export const eventPollMs = 2_000;
/** Points of one metric that are sent; longer curves are thinned evenly. */
export const metricPoints = 1_000;
/** Log lines a page holds. */
export const logLines = 500;
/** A node that is too big for what is free may be passed by smaller ones for this long; then room is made for it. Long jobs take minutes. */
export const overtakeMs = 120_000;
/** A node that has waited this long counts one priority higher: the lowest is served within an hour of the highest. */
export const ageingMs = 1_800_000;
/** Ready nodes of one team that are looked at in one round; a worker takes a handful. */
export const queueWindow = 200;
/** What teams have used is measured over the last hour, and read again after this long. */
export const usageEveryMs = 10_000;
/** A worker that was not seen for this long is away: twenty heartbeats. */
export const awayMs = 60_000;
/** Earlier successes of a kind that an estimate is corrected by: the most similar few of these. */
export const pastAttempts = 30;
/** Two tables are compared row by row for a plan when both together are no larger: some hundred thousand rows, below a second. */
export const comparedBytes = 32 * 1024 * 1024;
/** Comparisons kept in memory; each is three numbers. */
export const keptComparisons = 1_000;
