/** Sizes of the table engine. */

/** What DuckDB may hold in memory for one process; beyond it sorts and joins spill to the temporary folder. */
export const MEMORY_LIMIT = "512MB";
/** Threads of DuckDB: tables here are small next to training, which wants the rest. */
export const THREADS = 2;
/** Spilled bytes before a query is stopped. */
export const MAX_TEMP_SIZE = "20GB";
/** Rows handed over at once by `readBatches`: DuckDB's own vector size, so a batch is one chunk. */
export const BATCH_ROWS = 2048;
/** Rows per row group of a Parquet file: a writer holds a group in memory, so rows of many characters get smaller ones. */
export const ROW_GROUP_ROWS = 16_384;
export const ROW_GROUP_CHARACTERS = 64 * 1024 * 1024;
/** A writer hands rows to DuckDB after this many characters, or `BATCH_ROWS`. */
export const BATCH_CHARACTERS = 8 * 1024 * 1024;
/** A writer moves its rows to disk after this many characters or rows, whichever comes first. */
export const PART_CHARACTERS = 64 * 1024 * 1024;
export const PART_ROWS = 524_288;
/** Characters of one text shown in a preview. */
export const PREVIEW_CHARACTERS = 20_000;
/** Rows one preview may ask for. */
export const PREVIEW_ROWS = 1_000;
export const MAX_BINS = 500;
/** Rules of a ledger listed at once. */
export const MAX_RULES = 100;
/** A person's query is stopped after this time, and cut after this many rows. */
export const SANDBOX_SECONDS = 60;
/** Characters of a row kept in a ledger before and after. */
export const SNIPPET_CHARACTERS = 2_000;
/** After this many rows of which most are bad, the rest is not read. */
export const HOPELESS_ROWS = 1_000;
