import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describeTable, MESSAGES_SQL, type Row, readBatches, TableWriter } from "@/engines/table";
import { Failure } from "@/graph/problems";
import { defineRunner } from "@/graph/runner";
import { convertRow } from "./convert";
import { toChat } from "./definition";
import { columnsAfter, mapColumns } from "./mapping";

/** Bad rows told one by one in the log. */
const TOLD = 5;

export default defineRunner(toChat, async ({ inputs, params, ctx }) => {
  const path = join(inputs.data.dir, "data.parquet");
  const { columns, sql, rows } = await describeTable(path, ctx.signal);
  const mapped = mapColumns(params, columns);
  if ("missing" in mapped) {
    const names = columns.map(({ name }) => name).filter((name) => name !== "_row");
    const reason = params.mapping === "columns" ? "no-such-column" : "no-mapping";
    throw new Failure("INVALID_INPUT", reason, { looked: mapped.missing, columns: names.join(", ") });
  }
  const { mapping, name } = mapped;
  ctx.log("info", `Columns are read as ${name}`, { ...mapping });

  const after = columnsAfter(mapping, columns);
  const types = new Map(sql.map((column) => [column.name, column.sql]));
  const out = await ctx.artifacts.open("data");
  const file = join(out.dir, "data.parquet");
  const writer = await TableWriter.open(
    file,
    after.map((column) => ({
      name: column.name,
      sql: column.name === "messages" ? MESSAGES_SQL : (types.get(column.name) ?? "VARCHAR"),
    })),
  );
  const bad: { row: string; why: string }[] = [];
  const reasons = new Map<string, number>();
  let seen = 0;
  try {
    for await (const batch of readBatches(path, { signal: ctx.signal })) {
      const good: Row[] = [];
      for (const row of batch) {
        const { messages, bad: why } = convertRow(mapping, row, params.systemPrompt);
        if (messages) good.push({ ...row, messages });
        else {
          if (bad.length < TOLD) bad.push({ row: String(row._row), why });
          reasons.set(why, (reasons.get(why) ?? 0) + 1);
        }
      }
      await writer.append(good);
      seen += batch.length;
      ctx.progress(seen, rows, "rows");
    }
    const count = seen - writer.rows;
    for (const { row, why } of bad) ctx.log("warn", `Row ${row} left out: ${why}`, { row });
    for (const [why, times] of reasons) ctx.log("warn", `${times} rows left out: ${why}`, { rows: times });
    ctx.metric("badRows", 0, count);
    if (count > params.maxBadRows * seen) {
      throw new Failure("INVALID_INPUT", "too-many-bad-rows", {
        bad: count,
        rows: seen,
        allowed: Math.round(params.maxBadRows * 1000) / 10,
        ...bad[0]!,
      });
    }
    if (writer.rows === 0) throw new Failure("INVALID_INPUT", "no-rows-left", { rows: seen });
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  const facts = { shape: "chat" as const, columns: after, rows: writer.rows, bytes: (await stat(file)).size };
  return { data: out.seal(facts) };
});
