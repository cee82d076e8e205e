/** Sizes of reading files of rows. */

/** One row, in characters: longer is a file of another kind, and must not fill the memory. */
export const MAX_ROW_CHARACTERS = 16 * 1024 * 1024;
/** Rows, or batches of about 64 KB, from which the columns of a file are guessed, so that it need not be read twice. */
export const DRAFT_ROWS = 2_048;
export const DRAFT_BATCHES = 64;
/** Lists and objects within one another: what is deeper, JSON's own writer cannot write. */
export const MAX_DEPTH = 500;
/** Distinct columns: more means that data stands in the keys. */
export const MAX_COLUMNS = 1_000;
/** A packed file may grow past this only if it grows less than `MAX_GROWTH` times: text packs 3 to 30 times, a bomb 1,000. */
export const GROWTH_FREE_BYTES = 256 * 1024 * 1024;
export const MAX_GROWTH = 200;
/** Bytes read to say what a file holds before a run. */
export const PROBE_BYTES = 1024 * 1024;
export const PROBE_SAMPLE_ROWS = 5;
/** Bytes looked at to tell formats and encodings apart. */
export const SNIFF_BYTES = 64 * 1024;
/** A name of a column: longer is data. */
export const MAX_NAME_CHARACTERS = 1_000;
