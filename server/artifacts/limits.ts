/** Bytes read at a time while hashing: large enough that the hash, not the system call, takes the time. */
export const hashChunkBytes = 1 << 20;
/** A JSON file larger than this is listed, not shown. */
export const jsonPreviewBytes = 256 * 1024;
/** Files listed in a preview; a model has a dozen. */
export const listedFiles = 200;
/** Files up to this size are read at once. */
export const smallFileBytes = 64 * 1024;
