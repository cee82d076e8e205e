/** A hub that has not begun to answer by then counts as out of reach. */
export const ANSWER_MS = 5_000;
/** No byte for so long ends a download; the next try goes on where it stopped. */
export const STALL_MS = 60_000;
/** Tries for one file when the connection breaks, each going on where the last one stopped. */
export const DOWNLOAD_TRIES = 4;
/** JSON and tokenizer files beyond this are refused: the largest known tokenizer.json has 35 MB. */
export const SMALL_FILE_BYTES = 200_000_000;
/** How often a waiting process looks again, and how often the one at work says that it lives. */
export const LOCK_POLL_MS = 200;
export const LOCK_BEAT_MS = 5_000;
/** A lock without a sign of life for so long belongs to a process that ended. */
export const LOCK_STALE_MS = 30_000;
/** pip has so long to fetch a wheel of 100 MB. */
export const WHEEL_MS = 300_000;
