import { stat } from "node:fs/promises";
import { join } from "node:path";
import { describeTable, ident, parquet, queryRows, RowLedger } from "@/engines/table";
import { Failure } from "@/graph/problems";
import { type Context, defineRunner, type SealedOutput } from "@/graph/runner";
import { toChat } from "./definition";
import { columnsAfter, consumed, mapColumns } from "./mapping";
import { writeChats } from "./write-chats";

export default defineRunner(toChat, async ({ inputs, params, ctx }) => {
  const path = join(inputs.data.dir, "data.parquet");
  const table = await describeTable(path, ctx.signal);
  const mapped = mapColumns(params, table.columns);
  if ("missing" in mapped) {
    const names = table.columns.map(({ name }) => name).filter((name) => name !== "_row");
    const reason = params.mapping === "columns" ? "no-such-column" : "no-mapping";
    throw new Failure("INVALID_INPUT", reason, { looked: mapped.missing, columns: names.join(", ") });
  }
  const { mapping, name } = mapped;
  ctx.log("info", "mapping", { name, ...mapping });

  const columns = columnsAfter(mapping, table.columns);
  const out = await ctx.artifacts.open("data");
  const file = join(out.dir, "data.parquet");
  const ledger = await RowLedger.open(ctx, { maxBadRows: params.maxBadRows });
  let sealedLedger: SealedOutput<"dataset">;
  try {
    const { systemPrompt } = params;
    const left = await writeChats({ path, table, mapping, systemPrompt, columns, file, ledger }, ctx);
    for (const [key, rows] of left.keys) ctx.log("warn", "key-left-out", { key, rows });
    if (left.instances > 0) ctx.log("warn", "instances-left-out", { rows: left.instances });
    await reportOthers(
      path,
      table.columns.map((column) => column.name),
      consumed(mapping),
      ctx,
    );
    sealedLedger = await ledger.seal();
  } catch (error) {
    await ledger.discard();
    throw error;
  }
  const { kept } = ledger.counts;
  return {
    data: out.seal({ shape: "chat", columns, rows: kept, bytes: (await stat(file)).size }),
    ledger: sealedLedger,
  };
});

/** Columns that are no part of the conversation, each with the number of rows that have something in it. */
async function reportOthers(
  path: string,
  names: readonly string[],
  used: readonly string[],
  { log, signal }: Pick<Context, "log" | "signal">,
): Promise<void> {
  const others = names.filter((name) => name !== "_row" && !used.includes(name));
  if (others.length === 0) return;
  const counts = others.map((name, i) => `count(${ident(name)})::DOUBLE AS c${i}`).join(", ");
  const [found = {}] = await queryRows<Record<string, number>>(
    `SELECT ${counts} FROM ${parquet(path)}`,
    signal,
  );
  for (const [i, column] of others.entries()) {
    const rows = found[`c${i}`] ?? 0;
    if (column === "messages") log("warn", "column-replaced", { column, rows });
    else if (rows > 0) log("info", "column-beside", { column, rows });
  }
}
