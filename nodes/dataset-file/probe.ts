/** What the head of the file tells, for ports and previews before a run: at most `PROBE_BYTES` are read. */
import { basename } from "node:path";
import type { z } from "zod";
import { describeTable, exactJson, parseExact, queryRows, type Row, sourcePrefix } from "@/engines/table";
import { Failure } from "@/graph/problems";
import { rowId } from "@/graph/row-ids";
import { ColumnFinder, columnFailure, fitRow, ownId } from "./columns";
import type { datasetFile } from "./definition";
import { type FileFacts, shapeOf } from "./facts";
import { findFile } from "./find-file";
import { PROBE_BYTES, PROBE_SAMPLE_ROWS } from "./limits";
import { parquetSelect } from "./parquet-source";
import { openSource, readRecords, type Source, type SourceRecord } from "./source";

export type ProbeContext = {
  dataDirs: readonly string[];
  trustedPaths: readonly string[];
  downloadsDir: string;
  signal?: AbortSignal;
};

export default async function probe(
  params: z.output<typeof datasetFile.params>,
  context: ProbeContext,
): Promise<FileFacts> {
  const path = await findFile(params.path, context);
  const source = await openSource(path, params);
  return source.format === "parquet"
    ? parquetFacts(source, params.path, context.signal)
    : headFacts(source, params.path, context.signal);
}

const common = ({ path, format, compression, encoding, size }: Source) => ({
  name: basename(path),
  format,
  compression,
  encoding,
  bytes: size,
});

async function parquetFacts(
  source: Source,
  path: string,
  signal: AbortSignal | undefined,
): Promise<FileFacts> {
  try {
    const { columns, sql, rows } = await describeTable(source.path, signal);
    const select = await parquetSelect(
      source.path,
      { ids: sourcePrefix(path), rows: PROBE_SAMPLE_ROWS },
      signal,
    );
    const sample = await queryRows(select, signal);
    const others = columns.filter((column) => column.name !== "_row");
    return {
      ...common(source),
      shape: shapeOf(sql),
      columns: [{ name: "_row", type: "string" }, ...others],
      rows,
      exact: true,
      badRows: 0,
      sample,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Failure) throw error;
    throw new Failure("INVALID_INPUT", "not-parquet", { path: basename(source.path) }, { cause: error });
  }
}

async function headFacts(source: Source, path: string, signal: AbortSignal | undefined): Promise<FileFacts> {
  const records: SourceRecord[] = [];
  for await (const batch of readRecords(source, { head: PROBE_BYTES, ...(signal && { signal }) }))
    records.push(...batch);
  const exact = source.compression === "none" && source.size <= PROBE_BYTES;
  // The last record of a head is most likely cut off.
  if (!exact && records.length > 1) records.pop();
  const good = records.filter((record) => record.row !== undefined);
  const finder = new ColumnFinder(source.format === "json" || source.format === "jsonl");
  try {
    for (const { row } of good) finder.see(row);
  } catch (error) {
    throw columnFailure(error, basename(source.path));
  }
  const columns = finder.columns();
  const ids = sourcePrefix(path);
  if (good.length === 0 && exact)
    throw new Failure("INVALID_INPUT", "no-rows", { path: basename(source.path) });
  // Packed text is taken to be a quarter of its size: good enough for an estimate.
  const unpacked = source.size * (source.compression === "none" ? 1 : 4);
  return {
    ...common(source),
    shape: shapeOf(columns),
    columns: [{ name: "_row", type: "string" }, ...columns.map(({ name, type }) => ({ name, type }))],
    rows: exact ? good.length : Math.max(good.length, Math.round((good.length * unpacked) / PROBE_BYTES)),
    exact,
    badRows: records.length - good.length,
    sample: good
      .slice(0, PROBE_SAMPLE_ROWS)
      .map(({ place, row }) => cellsOf(fitRow(columns, row, rowId(ids, ownId(row, place))))),
  };
}

/** As a table gives the row back. */
const cellsOf = (row: Row) => parseExact(exactJson(row), (digits) => digits) as Row;
