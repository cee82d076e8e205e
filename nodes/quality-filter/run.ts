import { join } from "node:path";
import { contentsOf, parquet, queryRows, selectDataset, selectFlat } from "@/engines/table";
import { defineRunner } from "@/graph/runner";
import { SCORES_FILE } from "@/graph/scores";
import { qualityFilter } from "./definition";
import { scorer } from "./scores";

const FLAT = { question: contentsOf("user"), answer: contentsOf("assistant") };

export default defineRunner(qualityFilter, async ({ inputs, params, ctx }) => {
  const outputs = await selectDataset({
    kind: qualityFilter,
    input: inputs.data,
    params,
    ctx,
    scorer: (table) => {
      const cells = table.sql
        .map(({ name }) => name)
        .filter((name) => ["_row", "messages", "text"].includes(name));
      return { select: selectFlat(table, FLAT, cells) ?? cells, score: scorer(params.phrases) };
    },
  });
  const scores = parquet(join(outputs.ledger.dir, SCORES_FILE));
  const [found] = await queryRows<{ rows: number }>(
    `SELECT count(*)::INTEGER AS rows FROM ${scores} WHERE "answerWords" IS NULL`,
    ctx.signal,
  );
  if (found?.rows) ctx.log("warn", "wordless", { rows: found.rows });
  return outputs;
});
