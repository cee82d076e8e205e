/** A Parquet file as a data set: every column of a type that the nodes can carry, and a `_row`. */
import { basename } from "node:path";
import { type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import { ident, literal, parquet, withConnection } from "@/engines/table";
import { Failure } from "@/graph/problems";
import { checkName, columnFailure } from "./columns";

/** The statement that reads it, in the order of the file. Throws Failure `not-parquet`. */
export async function parquetSelect(
  path: string,
  { ids, rows: limit }: { ids: string; rows: number | undefined },
  signal?: AbortSignal,
): Promise<string> {
  const { names, types } = await withConnection(async (connection) => {
    try {
      const shape = await connection.run(`SELECT * FROM ${parquet(path)} LIMIT 0`);
      return { names: shape.columnNames(), types: shape.columnTypes() };
    } catch (error) {
      signal?.throwIfAborted();
      throw new Failure("INVALID_INPUT", "not-parquet", { path: basename(path) }, { cause: error });
    }
  }, signal);
  try {
    names.forEach(checkName);
  } catch (error) {
    throw columnFailure(error, basename(path));
  }
  const own = names.includes("_row");
  const id = `'r' || (file_row_number + 1)`;
  const columns = names
    .map((name, i) => ({ name, type: types[i]! }))
    .filter(({ name }) => name !== "_row")
    .map(({ name, type }) => `${carried(ident(name), type)} AS ${ident(name)}`);
  const place = own ? `coalesce(nullif(CAST("_row" AS VARCHAR), ''), ${id})` : id;
  const row = `${literal(`${ids}:`)} || ${place}`;
  const all = [`${row} AS "_row"`, ...columns].join(", ");
  return `SELECT ${all} FROM ${parquet(path, { rowNumber: true })}${
    limit === undefined ? "" : ` LIMIT ${literal(limit)}`
  }`;
}

const asIs = new Set<DuckDBTypeId>([
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.TIMESTAMP,
]);
const asTimestamp = new Set<DuckDBTypeId>([
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);
/** Digits that a double holds, whatever they are. */
const EXACT_DIGITS = 15;
const asJson = new Set<DuckDBTypeId>([DuckDBTypeId.MAP, DuckDBTypeId.UNION, DuckDBTypeId.ARRAY]);

function carried(column: string, type: DuckDBType): string {
  if (asIs.has(type.typeId) || isCarried(type)) return column;
  if (asTimestamp.has(type.typeId)) return `CAST(${column} AS TIMESTAMP)`;
  if (type.typeId === DuckDBTypeId.DECIMAL) return `CAST(${column} AS ${decimalSql(type)})`;
  if (type.typeId === DuckDBTypeId.BLOB) return `to_base64(${column})`;
  const nested =
    asJson.has(type.typeId) || type.typeId === DuckDBTypeId.LIST || type.typeId === DuckDBTypeId.STRUCT;
  return nested ? `to_json(${column})` : `CAST(${column} AS VARCHAR)`;
}

/** The type in which every value of a decimal stays what it is. */
function decimalSql(type: DuckDBType): string {
  const { width, scale } = type as unknown as { width: number; scale: number };
  if (scale === 0 && width <= 18) return "BIGINT";
  return width <= EXACT_DIGITS ? "DOUBLE" : "VARCHAR";
}

/** Lists and structs of plain types, as deep as they go. */
function isCarried(type: DuckDBType): boolean {
  if (type.typeId === DuckDBTypeId.LIST)
    return isCarried((type as unknown as { valueType: DuckDBType }).valueType);
  if (type.typeId === DuckDBTypeId.STRUCT) {
    const { entryNames, entryTypes } = type as unknown as { entryNames: string[]; entryTypes: DuckDBType[] };
    // DuckDB's own values are objects that cannot hold a field of this name.
    return !entryNames.includes("__proto__") && entryTypes.every(isCarried);
  }
  return asIs.has(type.typeId);
}
