/** Rows of a tokens artifact, checked and copied into a scratch file: training reads them in any order, memory holds their sizes. */
import { join } from "node:path";
import { readRows } from "@/engines/table";
import { countedTokens } from "@/engines/training/slice";
import { type TokenFile, TokenFileWriter } from "@/engines/training/token-file";
import { Failure } from "@/graph/problems";

/** Rows in which no token counts are left out: they would only cost time. */
export async function readTokens(
  dir: string,
  scratchFile: string,
  { contextLength, vocab }: { contextLength: number; vocab: number },
  signal: AbortSignal,
): Promise<TokenFile> {
  const stored = readRows<{ _row: string; ids: number[]; mask: number[] }>(join(dir, "tokens.parquet"), {
    columns: ["_row", "ids", "mask"],
    signal,
  });
  const file = new TokenFileWriter(scratchFile);
  try {
    for await (const { _row: row, ids, mask } of stored) {
      if (ids.length > contextLength + 1) {
        throw new Failure("INVALID_INPUT", "row-too-long", { row, tokens: ids.length, contextLength });
      }
      if (ids.some((id) => id < 0 || id >= vocab)) {
        throw new Failure("INVALID_INPUT", "token-outside-vocabulary", { row, vocab });
      }
      if (ids.length !== mask.length) {
        throw new Failure("INVALID_INPUT", "mask-length", { row, tokens: ids.length, marks: mask.length });
      }
      if (countedTokens({ row, ids, mask }) > 0) file.append({ row, ids, mask });
    }
    return file.finish();
  } catch (error) {
    file.abandon();
    throw error;
  }
}
