import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  cleanDataset,
  copyParquet,
  KEEP,
  parquet,
  type Row,
  readBatches,
  readRows,
  rowText,
  TableWriter,
  type Verdict,
} from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { dedupe } from "./definition";
import { type Sameness, samenessKey } from "./normalise";

/** A row that goes, with the one that stays for it. */
type Lost = { place: number; kept: string };

export default defineRunner(dedupe, async ({ inputs, params, ctx }) => {
  const { keep, method, compare, ignoreCase, ignorePunctuation } = params;
  const how = { compare, ignoreCase, ignorePunctuation };
  const scores = await ctx.artifacts.stage(
    "scores",
    { codeVersion: dedupe.codeVersion, method, ...how },
    (dir) => writeHashes(join(inputs.data.dir, "data.parquet"), dir, how, ctx.signal),
  );
  const lost = join(ctx.tmp, "lost.parquet");
  await copyParquet(lostRows(join(scores, "hashes.parquet"), keep), lost, { signal: ctx.signal });

  // Both stand in the order of the rows, so one look ahead joins them.
  const next = readRows<Lost>(lost, { signal: ctx.signal });
  let ahead = await next.next();
  try {
    return await cleanDataset({
      input: inputs.data,
      ctx,
      putBack: params.putBack,
      decide: async (rows, start) => {
        const verdicts: Verdict[] = rows.map(() => KEEP);
        for (; !ahead.done && ahead.value.place < start + rows.length; ahead = await next.next()) {
          const { place, kept } = ahead.value;
          verdicts[place - start] = {
            action: "removed",
            entry: {
              rule: method,
              values: { kept },
              score: 1,
              before: rowText(rows[place - start]!),
            },
          };
        }
        return verdicts;
      },
    });
  } finally {
    await next.return();
  }
});

/** `hashes.parquet`: the place of each row, its id, 128 bits of what is compared, and its length. */
async function writeHashes(data: string, dir: string, how: Sameness, signal: AbortSignal): Promise<void> {
  const writer = await TableWriter.open(join(dir, "hashes.parquet"), [
    { name: "place", sql: "BIGINT" },
    { name: "id", sql: "VARCHAR" },
    { name: "hash", sql: "VARCHAR" },
    { name: "length", sql: "BIGINT" },
  ]);
  try {
    let place = 0;
    for await (const batch of readBatches(data, { signal })) {
      await writer.append(batch.map((row) => hashed(row, place++, how)));
    }
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function hashed(row: Row, place: number, how: Sameness): Row {
  const key = samenessKey(row, how);
  return {
    place,
    id: row._row ?? null,
    hash: key === undefined ? null : createHash("sha256").update(key).digest("hex").slice(0, 32),
    length: rowText(row).length,
  };
}

/** All of a group of equal rows but the one that stays. Sorting spills to disk when it must. */
function lostRows(hashes: string, keep: "first" | "longest"): string {
  const order = keep === "first" ? "place" : "length DESC, place";
  return `SELECT place, kept FROM (
      SELECT place, first_value(id) OVER same AS kept, row_number() OVER same AS n
      FROM ${parquet(hashes)} WHERE hash IS NOT NULL WINDOW same AS (PARTITION BY hash ORDER BY ${order})
    ) WHERE n > 1 ORDER BY place`;
}
