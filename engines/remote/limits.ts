/** A kept copy is used without asking the server again for this long. */
export const FRESH_MS = 5 * 60_000;
/** A server that sends nothing for this long is given up. */
export const STALL_MS = 30_000;
/** Larger data belongs into a data folder. */
export const MAX_DOWNLOAD_BYTES = 8 * 1024 ** 3;
export const MAX_REDIRECTS = 5;
