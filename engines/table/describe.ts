/** What a Parquet file holds, read from its footer. */
import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import type { Column } from "@/graph/ports";
import { columnType, type SqlColumn, sqlOf } from "./cells";
import { withConnection } from "./database";
import { literal, parquet } from "./quote";

export type TableDescription = {
  columns: Column[];
  sql: SqlColumn[];
  types: { name: string; type: DuckDBType }[];
  rows: number;
};

/** `columns` as facts name them; `sql` with DuckDB types, to write a table of the same columns. */
export function describeTable(path: string, signal?: AbortSignal): Promise<TableDescription> {
  return withConnection((connection) => describeOn(connection, path), signal);
}

export async function describeOn(connection: DuckDBConnection, path: string): Promise<TableDescription> {
  const shape = await connection.run(`SELECT * FROM ${parquet(path)} LIMIT 0`);
  const escaped = path.replace(/[[*?]/g, (char) => `[${char}]`);
  const count = await connection.runAndReadAll(
    `SELECT num_rows FROM parquet_file_metadata(${literal(escaped)})`,
  );
  const names = shape.columnNames();
  const types = shape.columnTypes();
  return {
    columns: names.map((name, i) => ({ name, type: columnType(types[i]!) })),
    sql: names.map((name, i) => ({ name, sql: sqlOf(types[i]!) })),
    types: names.map((name, i) => ({ name, type: types[i]! })),
    rows: Number(count.getRows()[0]?.[0] ?? 0),
  };
}
