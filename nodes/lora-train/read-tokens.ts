/** Rows of a tokens artifact, held as flat integer arrays: about five bytes a token. */
import { join } from "node:path";
import type { TokenRow } from "@/engines/onnx/slice";
import { countedTokens } from "@/engines/onnx/slice";
import { readRows } from "@/engines/table";
import { Failure } from "@/graph/problems";

/** Rows in which no token counts are left out: they would only cost time. */
export async function readTokens(
  dir: string,
  contextLength: number,
  vocab: number,
  signal: AbortSignal,
): Promise<TokenRow[]> {
  const rows: TokenRow[] = [];
  const stored = readRows<{ _row: string; ids: number[]; mask: number[] }>(join(dir, "tokens.parquet"), {
    columns: ["_row", "ids", "mask"],
    signal,
  });
  for await (const { _row, ids, mask } of stored) {
    const row = { row: _row, ids: Int32Array.from(ids), mask: Uint8Array.from(mask) };
    if (row.ids.length > contextLength + 1) {
      throw new Failure("INVALID_INPUT", "row-too-long", {
        row: _row,
        tokens: row.ids.length,
        contextLength,
      });
    }
    if (row.ids.some((id) => id < 0 || id >= vocab)) {
      throw new Failure("INVALID_INPUT", "token-outside-vocabulary", { row: _row, vocab });
    }
    if (countedTokens(row) > 0) rows.push(row);
  }
  return rows;
}
