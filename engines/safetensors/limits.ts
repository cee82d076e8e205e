/** The format's own bound on the header; larger ones are refused by every reader. */
export const MAX_HEADER_BYTES = 100_000_000;
/** One read or conversion step: bounds the memory used beside the tensor itself. */
export const CHUNK_BYTES = 16 * 1024 * 1024;
