import { stat } from "node:fs/promises";
import { join } from "node:path";
import { copyParquet, describeTable, literal, parquet, queryRows } from "@/engines/table";
import { Failure } from "@/graph/problems";
import { defineRunner } from "@/graph/runner";
import { split } from "./definition";
import { partsSql } from "./plan";
import { PARTS, type Part } from "./sizes";

export default defineRunner(split, async ({ inputs, params, ctx }) => {
  const { signal } = ctx;
  const path = join(inputs.data.dir, "data.parquet");
  const { columns, rows } = await describeTable(path, signal);
  for (const name of [params.stratify, params.group]) {
    if (name !== "" && !columns.some((column) => column.name === name)) {
      const known = columns.map((column) => column.name).join(", ");
      throw new Failure("INVALID_INPUT", "no-such-column", { column: name, columns: known });
    }
  }
  const source = parquet(path, { rowNumber: true });
  const parts = join(ctx.tmp, "parts.parquet");
  await copyParquet(`${partsSql(source, params, rows)} ORDER BY place`, parts, { signal });
  const counted = await queryRows<{ part: Part; n: number }>(
    `SELECT part, count(*)::INTEGER AS n FROM ${parquet(parts)} GROUP BY part`,
    signal,
  );
  const count = (part: Part) => counted.find((one) => one.part === part)?.n ?? 0;
  for (const part of PARTS) {
    const wanted =
      part === "train" || (part === "validation" && params.folds > 1) || params[part as "test"] > 0;
    if (wanted && count(part) === 0) throw new Failure("INVALID_INPUT", "part-empty", { part, rows });
  }

  let done = 0;
  const write = async (part: Part) => {
    const out = await ctx.artifacts.open(part);
    const file = join(out.dir, "data.parquet");
    // Both stand in the order of the rows, so they are read side by side and nothing is sorted or held.
    await copyParquet(
      `SELECT data.* FROM ${parquet(path)} data POSITIONAL JOIN ${parquet(parts)} parts WHERE parts.part = ${literal(part)}`,
      file,
      { signal },
    );
    done += count(part);
    ctx.progress(done, rows, "rows");
    ctx.metric(part, 0, count(part));
    const { shape } = inputs.data.facts;
    const bytes = (await stat(file)).size;
    return out.seal({ shape, columns, rows: count(part), bytes });
  };
  return { train: await write("train"), validation: await write("validation"), test: await write("test") };
});
