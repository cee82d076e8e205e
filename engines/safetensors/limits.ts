/** A third of the format's own bound: a hundred thousand tensors, and a recipe beside them. Parsed, it is some ten times as large. */
export const MAX_HEADER_BYTES = 32_000_000;
/** As many tensors, by name. */
export const MAX_INDEX_BYTES = 16_000_000;
/** One read or conversion step: bounds the memory used beside the tensor itself. */
export const CHUNK_BYTES = 16 * 1024 * 1024;
