/** The frame of every cleaning node: rows stream in, each is kept, changed or removed, and the ledger says which. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Labels } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import type { Context, InputArtifact, SealedOutput } from "@/graph/runner";
import type { Row } from "./cells";
import { describeTable } from "./describe";
import { LEDGER_COLUMNS, type LedgerEntry, ledgerRow } from "./ledger";
import { findPutBack } from "./put-back";
import { readBatches } from "./read-rows";
import { TableWriter } from "./table-writer";

export type Verdict =
  | { action: "keep" }
  | { action: "found"; entry: LedgerEntry }
  | { action: "changed"; row: Row; entry: LedgerEntry }
  | { action: "removed"; entry: LedgerEntry };
export const KEEP: Verdict = { action: "keep" };

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

/**
 * `decide` sees the rows in order, `BATCH_ROWS` at a time, and says what becomes of each; kept + removed = rows of the input.
 * A row in `putBack` goes on as it was whatever was decided; the ledger keeps the reason and calls it `kept`.
 * Counts go to the metrics `kept`, `removed`, `changed`. Throws Failure INVALID_INPUT `no-rows-left`.
 */
export async function cleanDataset({
  input,
  ctx,
  decide,
  putBack = [],
  found = () => ({}),
  besideLedger,
}: {
  input: InputArtifact<"dataset">;
  ctx: Context<CleanPorts>;
  /** `start` is the place of the first of `rows` in the data set. */
  decide: (rows: readonly Row[], start: number) => Verdict[] | Promise<Verdict[]>;
  /** Ids of rows that a person put back. */
  putBack?: readonly string[] | undefined;
  /** Labels that the outputs state of themselves, beside those that flow in, once all rows were seen. */
  found?: (counts: Cleaned) => { data?: Labels; ledger?: Labels };
  /** Puts more files into the ledger's folder, such as scores. */
  besideLedger?: (dir: string) => Promise<void>;
}): Promise<{ data: SealedOutput<"dataset">; ledger: SealedOutput<"dataset"> }> {
  const path = join(input.dir, "data.parquet");
  const { columns, sql, rows } = await describeTable(path, ctx.signal);
  const [data, ledger] = [await ctx.artifacts.open("data"), await ctx.artifacts.open("ledger")];
  const files = { data: join(data.dir, "data.parquet"), ledger: join(ledger.dir, "data.parquet") };
  const counts: Cleaned = { rows: 0, kept: 0, removed: 0, changed: 0, found: 0, putBack: 0 };
  const { rows: back, missing, ambiguous } = await findPutBack(path, putBack, ctx.signal);
  if (missing.length > 0)
    ctx.log("warn", `Rows put back that are not in the data: ${listed(missing)}`, { rows: missing.length });
  if (ambiguous.length > 0)
    ctx.log(
      "warn",
      `Rows put back that are not clear, since several sources have them: ${listed(ambiguous)}`,
      {
        rows: ambiguous.length,
      },
    );
  const kept = await TableWriter.open(files.data, sql);
  const told = await TableWriter.open(files.ledger, LEDGER_COLUMNS);
  try {
    for await (const batch of readBatches(path, { signal: ctx.signal })) {
      const verdicts = await decide(batch, counts.rows);
      const [keeping, telling]: [Row[], Row[]] = [[], []];
      for (const [i, row] of batch.entries()) {
        const verdict = verdicts[i]!;
        if ((verdict.action === "removed" || verdict.action === "changed") && back.has(String(row._row))) {
          keeping.push(row);
          counts.putBack++;
          telling.push(ledgerRow(row, "kept", verdict.entry));
          continue;
        }
        if (verdict.action !== "removed") keeping.push(verdict.action === "changed" ? verdict.row : row);
        if (verdict.action !== "keep") {
          counts[verdict.action]++;
          telling.push(ledgerRow(row, verdict.action, verdict.entry));
        }
      }
      counts.rows += batch.length;
      counts.kept += keeping.length;
      await kept.append(keeping);
      await told.append(telling);
      ctx.progress(counts.rows, rows, "rows");
    }
    if (counts.kept === 0) throw new Failure("INVALID_INPUT", "no-rows-left", { rows: counts.rows });
    await kept.close();
    await told.close();
  } catch (error) {
    await Promise.all([kept.discard(), told.discard()]);
    throw error;
  }
  await besideLedger?.(ledger.dir);
  for (const name of ["kept", "removed", "changed"] as const) ctx.metric(name, 0, counts[name]);
  ctx.log(
    "info",
    `${counts.kept} of ${counts.rows} rows kept, ${counts.removed} removed, ${counts.changed} changed`,
    counts,
  );
  const stated = found(counts);
  return {
    data: data.seal({
      shape: input.facts.shape,
      columns,
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

const LISTED = 20;
const listed = (ids: readonly string[]) =>
  `${ids.slice(0, LISTED).join(", ")}${ids.length > LISTED ? `, and ${ids.length - LISTED} more` : ""}`;
