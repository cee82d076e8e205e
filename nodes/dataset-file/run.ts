import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  copyParquet,
  describeTable,
  parquet,
  queryRows,
  RowLedger,
  sourcePrefix,
  TableWriter,
} from "@/engines/table";
import type { DatasetFacts, Labels } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { placeOf, rowId } from "@/graph/row-ids";
import { type Context, defineRunner, type SealedOutput } from "@/graph/runner";
import { ColumnFinder, columnFailure, type FoundColumn, fitRow, ownId } from "./columns";
import { datasetFile } from "./definition";
import { DraftTable, sqlOf } from "./draft-table";
import { shapeOf } from "./facts";
import { findFile } from "./find-file";
import { parquetSelect } from "./parquet-source";
import { openSource, readRecords, type Source, type Wrapped } from "./source";

type Ctx = Context<typeof datasetFile.outputs>;
type Reading = { ids: string; rows: number | undefined; ledger: RowLedger };

export default defineRunner(datasetFile, async ({ params, ctx }) => {
  const path = await findFile(params.path, ctx);
  const name = basename(path);
  const source = await openSource(path, params);
  ctx.log("info", source.format === "parquet" ? "parquet" : "text-file", {
    path: name,
    bytes: source.size,
    format: source.format.toUpperCase(),
    encoding: source.encoding,
    compression: source.compression,
  });
  const sha256 = await hashFile(path, ctx.signal);

  const out = await ctx.artifacts.open("data");
  const file = join(out.dir, "data.parquet");
  const ledger = await RowLedger.open(ctx, { maxBadRows: params.maxBadRows, values: { path: name } });
  const labels: Labels = { pii: "unknown", origins: [`${name} sha256:${sha256}`] };
  const reading = { ids: sourcePrefix(params.path), rows: params.rows, ledger };
  let sealedLedger: SealedOutput<"dataset">;
  let hasIds: boolean;
  try {
    const read = source.format === "parquet" ? copyRows : writeRows;
    hasIds = await read(source, file, reading, ctx);
    sealedLedger = await ledger.seal({ labels });
  } catch (error) {
    await ledger.discard();
    throw error;
  }
  const after = await stat(path);
  if (after.size !== source.size || after.mtimeMs !== source.mtimeMs) {
    throw new Failure("INVALID_INPUT", "file-changed", { path: name });
  }
  if (hasIds) await refuseRepeatedIds(file, name, ctx.signal);

  const { columns, sql, rows } = await describeTable(file, ctx.signal);
  ctx.log("info", "read", { rows, columns: columns.length, sha256 });
  const facts: DatasetFacts = {
    shape: shapeOf(sql),
    columns,
    rows,
    bytes: (await stat(file)).size,
    labels,
  };
  return { data: out.seal(facts), ledger: sealedLedger };
});

async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { signal, highWaterMark: 1024 ** 2 }))
    hash.update(piece as Buffer);
  return hash.digest("hex");
}

async function copyRows(source: Source, file: string, reading: Reading, ctx: Ctx): Promise<boolean> {
  const { columns } = await describeTable(source.path, ctx.signal).catch(() => ({ columns: [] }));
  const rows = await copyParquet(await parquetSelect(source.path, reading, ctx.signal), file, {
    signal: ctx.signal,
  });
  if (rows === 0) throw new Failure("INVALID_INPUT", "no-rows", { path: basename(source.path) });
  reading.ledger.keep(rows);
  ctx.progress(rows, rows, "rows");
  return columns.some((column) => column.name === "_row");
}

/** Reads once, and a second time only where later rows ask for other columns than the first. Returns whether the file names its rows itself. */
async function writeRows(source: Source, file: string, reading: Reading, ctx: Ctx): Promise<boolean> {
  const draft = new DraftTable(file);
  try {
    const { columns, rows, hasIds } = await findColumns(source, reading, ctx, draft);
    if (reading.ledger.read === 0)
      throw new Failure("INVALID_INPUT", "no-rows", { path: basename(source.path) });
    reading.ledger.check();
    if (!(await draft.close(columns)))
      await writeAgain(source, file, { columns, rows, ids: reading.ids }, ctx);
    return hasIds;
  } finally {
    await draft.discard();
  }
}

async function writeAgain(
  source: Source,
  file: string,
  { columns, rows, ids }: { columns: FoundColumn[]; rows: number; ids: string },
  ctx: Ctx,
): Promise<void> {
  const writer = await TableWriter.open(file, sqlOf(columns));
  try {
    for await (const batch of goodRecords(source, rows, ctx)) {
      await writer.append(batch.map(({ place, row }) => fitRow(columns, row, rowId(ids, ownId(row, place)))));
      ctx.progress(writer.rows, rows, "rows");
    }
    await writer.close();
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function findColumns(
  source: Source,
  reading: Reading,
  ctx: Ctx,
  draft: DraftTable,
): Promise<{ columns: FoundColumn[]; rows: number; hasIds: boolean }> {
  const name = basename(source.path);
  const finder = new ColumnFinder(source.format === "json" || source.format === "jsonl");
  const { ids, ledger } = reading;
  let rows = 0;
  let hasIds = false;
  let invalid = 0;
  let missing = 0;
  const onInvalid = (count: number) => {
    invalid += count;
  };
  try {
    const onWrapped = ({ list, beside }: Wrapped) => {
      if (list === "") ctx.log("info", "rows-in-columns", { path: name });
      else ctx.log("info", "rows-in-list", { path: name, list });
      if (beside !== "") ctx.log("warn", "left-out-beside", { path: name, list, beside });
    };
    for await (const batch of readRecords(source, { signal: ctx.signal, onInvalid, onWrapped })) {
      const good: { id: string; row: Record<string, unknown> }[] = [];
      for (const record of batch) {
        if (record.row) {
          finder.see(record.row);
          good.push({ id: rowId(ids, ownId(record.row, record.place)), row: record.row });
          missing += record.missing ?? 0;
          hasIds ||= Object.hasOwn(record.row, "_row");
          ledger.keep();
          rows++;
        } else await ledger.record("bad", rowId(ids, record.place), record.bad);
        if (rows === reading.rows) break;
      }
      await draft.add(good, () => finder.columns());
      if (rows === reading.rows) break;
      ctx.progress(rows, undefined, "rows");
    }
  } catch (error) {
    throw columnFailure(error, name);
  }
  if (invalid > 0) {
    ctx.log("warn", "bytes-not-of-encoding", { bytes: invalid, path: name, encoding: source.encoding });
  }
  if (missing > 0) ctx.log("warn", "numbers-that-are-none", { numbers: missing, path: name });
  return { columns: finder.columns(), rows, hasIds };
}

/** The first `limit` good rows. */
async function* goodRecords(source: Source, limit: number, ctx: Ctx) {
  let left = limit;
  for await (const batch of readRecords(source, { signal: ctx.signal })) {
    const good = batch.filter((record) => record.row !== undefined).slice(0, left);
    left -= good.length;
    yield good;
    if (left === 0) return;
  }
}

async function refuseRepeatedIds(file: string, name: string, signal: AbortSignal): Promise<void> {
  const [repeated] = await queryRows<{ id: string; times: number }>(
    `SELECT "_row" AS id, count(*)::INTEGER AS times FROM ${parquet(file)} GROUP BY "_row" HAVING count(*) > 1 ORDER BY "_row" LIMIT 1`,
    signal,
  );
  if (!repeated) return;
  const { id, times } = repeated;
  throw new Failure("INVALID_INPUT", "row-ids-repeat", { path: name, id: placeOf(id), times });
}
