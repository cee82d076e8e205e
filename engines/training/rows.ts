/** Rows of tokens as training reads them: sizes in memory, tokens wherever they lie. */
import { countedTokens, type TokenRow } from "./slice";

/**
 * `lengths` and `counted` (tokens of the loss) are known of every row, so that batches and slices are cut without
 * reading any; `read` gives one row by its number, from 0.
 */
export type TokenRows = {
  readonly count: number;
  readonly lengths: Int32Array;
  readonly counted: Int32Array;
  read(row: number): TokenRow;
};

/** Rows that are few enough to be held. */
export function rowsInMemory(rows: readonly TokenRow[]): TokenRows {
  return {
    count: rows.length,
    lengths: Int32Array.from(rows, ({ ids }) => ids.length),
    counted: Int32Array.from(rows, countedTokens),
    read: (row) => rows[row]!,
  };
}
