/** A page of a table for people to look at: sorted, searched, filtered, never loaded whole. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column } from "@/graph/ports";
import { type Cell, type Row, rowDecoder } from "./cells";
import { withConnection } from "./database";
import { describeOn } from "./describe";
import { PREVIEW_CHARACTERS, PREVIEW_ROWS } from "./limits";
import { ident, literal, parquet } from "./quote";

export const FILTER_OPERATORS = ["=", "!=", "<", "<=", ">", ">=", "contains", "is-null", "not-null"] as const;
export type Filter = {
  column: string;
  op: (typeof FILTER_OPERATORS)[number];
  value?: string | number | boolean;
};
export type PreviewOptions = {
  offset?: number;
  limit?: number;
  sort?: { column: string; descending?: boolean };
  /** Rows in which any column holds this text, whatever its case. */
  search?: string;
  /** All must hold. */
  where?: readonly Filter[];
  signal?: AbortSignal;
};
/** `total` counts the rows that search and filters leave. */
export type TablePage = { columns: Column[]; rows: Row[]; total: number };

/** Columns that the table lacks are left out of sort and filters: a stale view must not fail. */
export function previewTable(path: string, options: PreviewOptions = {}): Promise<TablePage> {
  return withConnection((connection) => page(connection, path, options), options.signal);
}

async function page(connection: DuckDBConnection, path: string, options: PreviewOptions): Promise<TablePage> {
  const { columns, rows: all } = await describeOn(connection, path);
  const known = new Set(columns.map((column) => column.name));
  const conditions = (options.where ?? []).flatMap((filter) => {
    const column = columns.find(({ name }) => name === filter.column);
    return column ? [condition(filter, column)] : [];
  });
  if (options.search) conditions.push(search(columns, options.search));
  const where = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  const sort = options.sort && known.has(options.sort.column) ? options.sort : undefined;
  const order = sort
    ? `ORDER BY ${ident(sort.column)} ${sort.descending ? "DESC" : "ASC"} NULLS LAST, file_row_number`
    : "";
  const limit = Math.min(Math.max(0, Math.trunc(options.limit ?? 50)), PREVIEW_ROWS);
  const offset = Math.max(0, Math.trunc(options.offset ?? 0));

  const source = parquet(path, { rowNumber: order !== "" });
  const total = where
    ? Number(
        (
          await connection.runAndReadAll(`SELECT count(*) FROM ${parquet(path)} ${where}`)
        ).getRows()[0]?.[0] ?? 0,
      )
    : all;
  const names = columns.map((column) => column.name);
  const result = await connection.stream(
    `SELECT ${names.map(ident).join(", ")} FROM ${source} ${where} ${order} LIMIT ${limit} OFFSET ${offset}`,
  );
  const decode = rowDecoder(names, result.columnTypes());
  const rows: Row[] = [];
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    for (const row of decode(chunk)) rows.push(clipCell(row) as Row);
  }
  return { columns, rows, total };
}

function condition({ op, value = "" }: Filter, column: Column): string {
  const name = ident(column.name);
  switch (op) {
    case "is-null":
      return `${name} IS NULL`;
    case "not-null":
      return `${name} IS NOT NULL`;
    case "contains":
      return contains(name, String(value));
    default:
      // Whole numbers are compared to the last digit; beyond 2^53 they are given as text.
      if (column.type === "integer" && /^-?\d{1,38}$/.test(String(value)))
        return `${name} ${op} CAST(${literal(String(value))} AS HUGEINT)`;
      // Compared as numbers when a number is given, else as text: a filter of the wrong type finds nothing.
      return typeof value === "number"
        ? `TRY_CAST(${name} AS DOUBLE) ${op} ${literal(value)}`
        : `CAST(${name} AS VARCHAR) ${op} ${literal(String(value))}`;
  }
}

const contains = (name: string, text: string) =>
  `contains(lower(CAST(${name} AS VARCHAR)), lower(${literal(text)}))`;

const search = (columns: readonly Column[], text: string) =>
  `(${columns.map(({ name }) => contains(ident(name), text)).join(" OR ")})`;

function clipCell(cell: Cell): Cell {
  if (typeof cell === "string") {
    return cell.length > PREVIEW_CHARACTERS ? `${cell.slice(0, PREVIEW_CHARACTERS)}…` : cell;
  }
  if (Array.isArray(cell)) return cell.map(clipCell);
  if (cell && typeof cell === "object") {
    return Object.fromEntries(Object.entries(cell).map(([key, value]) => [key, clipCell(value)]));
  }
  return cell;
}
