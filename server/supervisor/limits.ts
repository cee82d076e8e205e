/** Pauses before a crashed child starts again: doubled each time, back to the first when it lived longer than any start takes. */
export const firstPauseMs = 250;
export const longestPauseMs = 10_000;
export const healthyMs = 5_000;
/** A child that does not end by then is killed; all of it fits the 5 s in which Telar stops. */
export const stopMs = 3_500;
/** How long the parts may take to answer for the first time. */
export const readyMs = 30_000;
/** The same where pages are compiled when they are first asked for. */
export const readyFromSourcesMs = 180_000;
export const readyPollMs = 60;
/** A part that ends as often before it has answered once will not come up: its port is taken, or its settings are wrong. */
export const startsTried = 3;
/** A build writes many files: parts start again when the last of them has lain for this long. */
export const builtMs = 300;
