import { stat } from "node:fs/promises";
import { join } from "node:path";
import {
  describeTable,
  MESSAGES_SQL,
  type Row,
  RowLedger,
  readBatches,
  rowText,
  TableWriter,
} from "@/engines/table";
import { Failure } from "@/graph/problems";
import { defineRunner, type SealedOutput } from "@/graph/runner";
import { convertRow } from "./convert";
import { toChat } from "./definition";
import { columnsAfter, mapColumns } from "./mapping";
import { otherKeys } from "./turns";

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
  ctx.log("info", "mapping", { name, ...mapping });

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
  const ledger = await RowLedger.open(ctx, { maxBadRows: params.maxBadRows });
  const keys = new Map<string, number>();
  let told: SealedOutput<"dataset">;
  try {
    for await (const batch of readBatches(path, { signal: ctx.signal })) {
      const good: Row[] = [];
      for (const row of batch) {
        const { messages, bad } = convertRow(mapping, row, params.systemPrompt);
        for (const key of otherKeys(mapping, row)) keys.set(key, (keys.get(key) ?? 0) + 1);
        if (messages) good.push({ ...row, messages });
        else await ledger.tell("bad", String(row._row), { ...bad, before: rowText(row) });
      }
      ledger.keep(good.length);
      await writer.append(good);
      ctx.progress(ledger.read, rows, "rows");
    }
    for (const [key, times] of keys) {
      ctx.log("warn", "key-left-out", { key, rows: times });
    }
    told = await ledger.seal();
    await writer.close();
  } catch (error) {
    await Promise.all([writer.discard(), ledger.discard()]);
    throw error;
  }
  const facts = { shape: "chat" as const, columns: after, rows: writer.rows, bytes: (await stat(file)).size };
  return { data: out.seal(facts), ledger: told };
});
