/** The frame of every cleaning node: it writes the rows that go on and the ledger of those that do not go on as they came. */
import { copyFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Labels } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import type { Context, InputArtifact, SealedOutput } from "@/graph/runner";
import type { Row } from "./cells";
import { withConnection } from "./database";
import { describeTable, type TableDescription } from "./describe";
import { LEDGER_COLUMNS, type LedgerAction, type LedgerEntry, ledgerRow, rowText } from "./ledger";
import { findPutBack } from "./put-back";
import { TableWriter } from "./table-writer";
import { type NewCells, VerdictTable } from "./verdict-table";

/** What becomes of one row that does not simply go on. `row` is as the table has it; without `before` the ledger shows its text. */
export type Judged = { place: number; row: Row; entry: LedgerEntry } & (
  | { action: "removed" | "found" }
  | { action: "changed"; cells: NewCells }
);

export type CleanPorts = {
  data: { type: "dataset" };
  ledger: { type: "dataset"; secondary: true };
};
export type Cleaned = {
  rows: number;
  kept: number;
  removed: number;
  changed: number;
  found: number;
  /** Rows that would have been removed or changed, had nobody put them back. */
  putBack: number;
};

export type CleanOptions = {
  input: InputArtifact<"dataset">;
  ctx: Context<CleanPorts>;
  /** Batches of the rows that do not simply go on, in the order of the table; all others are kept and never read here. */
  judged: (table: TableDescription) => AsyncIterable<Judged[]>;
  /** Columns that `changed` rows may have new cells in. */
  changing?: (table: TableDescription) => readonly string[];
  /** Ids of rows that a person put back. */
  putBack?: readonly string[] | undefined;
  /** Labels that the outputs state of themselves, beside those that flow in, once all rows were seen. */
  found?: (counts: Cleaned) => { data?: Labels; ledger?: Labels };
  /** Puts more files into the ledger's folder, such as scores. */
  besideLedger?: (dir: string) => Promise<void>;
};
export type CleanOutputs = { data: SealedOutput<"dataset">; ledger: SealedOutput<"dataset"> };

/**
 * Kept + removed = rows of the input; kept rows stay in order and to the bit as they were, for they are copied by DuckDB.
 * A row in `putBack` goes on as it was whatever was decided; the ledger keeps the rule and calls it `kept`.
 * Counts go to the metrics `kept`, `removed`, `changed`. Throws Failure INVALID_INPUT `no-rows-left`.
 */
export async function cleanDataset(options: CleanOptions): Promise<CleanOutputs> {
  const { input, ctx, putBack = [] } = options;
  const path = join(input.dir, "data.parquet");
  const table = await describeTable(path, ctx.signal);
  const [data, ledger] = [await ctx.artifacts.open("data"), await ctx.artifacts.open("ledger")];
  const files = { data: join(data.dir, "data.parquet"), ledger: join(ledger.dir, "data.parquet") };
  const counts: Cleaned = {
    rows: table.rows,
    kept: table.rows,
    removed: 0,
    changed: 0,
    found: 0,
    putBack: 0,
  };
  const { rows: back, missing, ambiguous } = await findPutBack(path, putBack, ctx.signal);
  if (missing.length > 0)
    ctx.log("warn", "put-back-missing", { rows: missing.length, listed: listed(missing) });
  if (ambiguous.length > 0)
    ctx.log("warn", "put-back-unclear", { rows: ambiguous.length, listed: listed(ambiguous) });
  const ledgerTable = await TableWriter.open(files.ledger, LEDGER_COLUMNS);
  try {
    await withConnection(async (connection) => {
      const changing = options.changing?.(table) ?? [];
      const columns = table.sql.filter(({ name }) => changing.includes(name));
      const verdicts = await VerdictTable.open(connection, columns);
      for await (const batch of options.judged(table)) {
        const rows: Row[] = [];
        for (const one of batch) {
          const action = actionOf(one, back);
          counts[action === "kept" ? "putBack" : action]++;
          if (action === "removed") verdicts.add(one.place, false);
          else if (one.action === "changed" && action === "changed")
            verdicts.add(one.place, true, one.cells, rowText(one.row).length);
          rows.push(ledgerRow(one.row, action, { before: rowText(one.row), ...one.entry }));
        }
        await ledgerTable.append(rows);
        ctx.progress(batch.at(-1)?.place ?? 0, table.rows, "rows");
      }
      counts.kept = table.rows - counts.removed;
      if (counts.kept === 0) throw new Failure("INVALID_INPUT", "no-rows-left", { rows: counts.rows });
      await ledgerTable.close();
      // Equal rows in an equal file: what follows stays cached.
      if (counts.removed + counts.changed === 0) await copyFile(path, files.data);
      else await verdicts.copy(path, table.columns, table.rows, files.data);
    }, ctx.signal);
    ctx.progress(table.rows, table.rows, "rows");
    ctx.signal.throwIfAborted();
  } catch (error) {
    await ledgerTable.discard();
    throw error;
  }
  await options.besideLedger?.(ledger.dir);
  for (const name of ["kept", "removed", "changed"] as const) ctx.metric(name, 0, counts[name]);
  ctx.log("info", "cleaned", counts);
  const stated = options.found?.(counts) ?? {};
  return {
    data: data.seal({
      shape: input.facts.shape,
      columns: table.columns,
      rows: counts.kept,
      bytes: (await stat(files.data)).size,
      ...(stated.data && { labels: stated.data }),
    }),
    ledger: ledger.seal({
      shape: "table",
      columns: (await describeTable(files.ledger)).columns,
      rows: counts.removed + counts.changed + counts.found + counts.putBack,
      bytes: (await stat(files.ledger)).size,
      ...(stated.ledger && { labels: stated.ledger }),
    }),
  };
}

/** A person's word stands above a rule. */
const actionOf = ({ action, row }: Judged, back: ReadonlySet<string>): Exclude<LedgerAction, "bad"> =>
  action !== "found" && back.has(String(row._row)) ? "kept" : action;

const LISTED = 20;
const listed = (ids: readonly string[]) =>
  `${ids.slice(0, LISTED).join(", ")}${ids.length > LISTED ? `, and ${ids.length - LISTED} more` : ""}`;
