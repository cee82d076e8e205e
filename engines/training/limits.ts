/** Tokens (padding included) in one pass through the layers: large enough for full-speed matrix products. */
export const SLICE_TOKENS = 512;
/** Rows are padded to a multiple of this: costs little, and keeps vector kernels on whole registers. */
export const LENGTH_STEP = 8;
/** Bytes of forward values kept for the backward pass; above this they are computed again. */
export const KEPT_BYTES = 512 * 1024 * 1024;
/** Logits held at once: positions that count go through the head in chunks of this many floats. */
export const LOGIT_FLOATS = 12_600_000;
/** Batches among which rows of like length are put together; the order of batches stays random. */
export const WINDOW_BATCHES = 16;
/** Bytes of tokens that are collected before they are written to the scratch file. */
export const WRITE_BYTES = 1024 * 1024;
