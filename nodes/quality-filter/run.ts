import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { cleanDataset, KEEP, readBatches, rowText, TableWriter } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { qualityFilter } from "./definition";
import { judge } from "./rules";
import { SCORE_NAMES, type Scores, scoreRow } from "./scores";

/** In the stage and in the ledger's folder: one line for each row of the input, in its order. */
const SCORES = "scores.parquet";

export default defineRunner(qualityFilter, async ({ inputs, params, ctx }) => {
  const key = { codeVersion: qualityFilter.codeVersion, phrases: params.phrases };
  const stage = await ctx.artifacts.stage("scores", key, (dir) =>
    writeScores(join(inputs.data.dir, "data.parquet"), dir, params.phrases, ctx.signal),
  );
  const scores = readBatches<Scores>(join(stage, SCORES), { columns: SCORE_NAMES, signal: ctx.signal });
  const rules = new Map<string, number>();
  try {
    const outputs = await cleanDataset({
      input: inputs.data,
      ctx,
      putBack: params.putBack,
      decide: async (rows) => {
        const next = await scores.next();
        if (next.done || next.value.length !== rows.length)
          throw new Error("scores and rows differ in number");
        return rows.map((row, i) => {
          const entry = judge(next.value[i]!, params);
          if (!entry) return KEEP;
          rules.set(entry.rule, (rules.get(entry.rule) ?? 0) + 1);
          return { action: "removed", entry: { ...entry, before: rowText(row) } };
        });
      },
      besideLedger: (dir) => copyFile(join(stage, SCORES), join(dir, SCORES)),
    });
    for (const [rule, rows] of rules) ctx.log("info", `${rule}: ${rows} rows`, { rule, rows });
    return outputs;
  } finally {
    await scores.return();
  }
});

async function writeScores(
  data: string,
  dir: string,
  phrases: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const writer = await TableWriter.open(join(dir, SCORES), [
    { name: "_row", sql: "VARCHAR" },
    ...SCORE_NAMES.map((name) => ({ name, sql: "DOUBLE" })),
  ]);
  try {
    for await (const batch of readBatches(data, { signal })) {
      await writer.append(batch.map((row) => ({ _row: row._row ?? null, ...scoreRow(row, phrases) })));
    }
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
