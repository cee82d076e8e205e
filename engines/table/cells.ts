/** Cells as plain JSON values, to and from DuckDB's own values. */
import {
  type DuckDBDataChunk,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  jsToDuckDBValue,
  listValue,
  structValue,
} from "@duckdb/node-api";
import type { ColumnType } from "@/graph/ports";
import { exactJson, parseExact } from "./exact-json";
import { ident } from "./quote";

/** JSON-safe. A number that no double has, such as an integer beyond 2^53, comes as digits in a string; dates and times as ISO text; JSON columns parsed. */
export type Cell = string | number | boolean | null | Cell[] | { [key: string]: Cell };
export type Row = Record<string, Cell>;
/** A column of a table to write; `sql` is a DuckDB type such as `VARCHAR` or `INTEGER[]`. */
export type SqlColumn = { name: string; sql: string };

const isJson = (type: DuckDBType) => type.alias === "JSON";

const integerIds = new Set<DuckDBTypeId>([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
]);
const numberIds = new Set<DuckDBTypeId>([DuckDBTypeId.FLOAT, DuckDBTypeId.DOUBLE, DuckDBTypeId.DECIMAL]);
const timestampIds = new Set<DuckDBTypeId>([
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);
const nestedIds = new Set<DuckDBTypeId>([
  DuckDBTypeId.LIST,
  DuckDBTypeId.ARRAY,
  DuckDBTypeId.STRUCT,
  DuckDBTypeId.MAP,
  DuckDBTypeId.UNION,
]);

/** The type as it is written; DuckDB's own text of it forgets which nested texts are JSON. */
export function sqlOf(type: DuckDBType): string {
  if (type.alias) return type.alias;
  if (type.typeId === DuckDBTypeId.LIST)
    return `${sqlOf((type as unknown as { valueType: DuckDBType }).valueType)}[]`;
  if (type.typeId !== DuckDBTypeId.STRUCT) return type.toString();
  const { entryNames, entryTypes } = type as unknown as { entryNames: string[]; entryTypes: DuckDBType[] };
  return `STRUCT(${entryNames.map((name, i) => `${ident(name)} ${sqlOf(entryTypes[i]!)}`).join(", ")})`;
}

export const isIntegerType = (type: DuckDBType) => integerIds.has(type.typeId);
/** Numbers that need not be whole. */
export const isNumberType = (type: DuckDBType) => numberIds.has(type.typeId);

/** The column type that facts name for a DuckDB type. */
export function columnType(type: DuckDBType): ColumnType {
  if (isJson(type) || nestedIds.has(type.typeId)) return "json";
  if (integerIds.has(type.typeId)) return "integer";
  if (numberIds.has(type.typeId)) return "number";
  if (timestampIds.has(type.typeId)) return "timestamp";
  return type.typeId === DuckDBTypeId.BOOLEAN ? "boolean" : "string";
}

type Decode = (value: DuckDBValue) => Cell;
type Encode = (value: Cell | undefined) => DuckDBValue;

const decodeInteger: Decode = (value) => {
  if (typeof value !== "bigint") return value as number;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
};

/** NaN and infinities have no JSON form and come as null. */
const decodeNumber: Decode = (value) => {
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
};

/** A number only where that prints the same: `1.50` stays what the file says. */
const decodeDecimal: Decode = (value) => {
  const digits = String(value);
  const number = Number(digits);
  return String(number) === digits ? number : digits;
};

function parseJson(text: string): Cell {
  try {
    return parseExact(text, (digits) => digits) as Cell;
  } catch {
    return text;
  }
}

/** The cell of a value of the type. */
export function decoder(type: DuckDBType): Decode {
  const some = decodeSome(type);
  return (value) => (value === null || value === undefined ? null : some(value));
}

function decodeSome(type: DuckDBType): Decode {
  if (isJson(type)) return (value) => parseJson(String(value));
  if (integerIds.has(type.typeId)) return decodeInteger;
  if (type.typeId === DuckDBTypeId.DECIMAL) return decodeDecimal;
  if (numberIds.has(type.typeId)) return decodeNumber;
  if (type.typeId === DuckDBTypeId.TIMESTAMP_TZ) {
    return (value) => new Date(Number((value as unknown as { micros: bigint }).micros / 1000n)).toISOString();
  }
  if (timestampIds.has(type.typeId)) return (value) => String(value).replace(" ", "T");
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BOOLEAN:
      return (value) => value as Cell;
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY: {
      const item = decoder((type as unknown as { valueType: DuckDBType }).valueType);
      return (value) => (value as unknown as { items: DuckDBValue[] }).items.map(item);
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as unknown as {
        entryNames: string[];
        entryTypes: DuckDBType[];
      };
      const fields = entryNames.map((name, i) => [name, decoder(entryTypes[i]!)] as const);
      const empty = emptyRecord(entryNames);
      return (value) => {
        const { entries } = value as unknown as { entries: Record<string, DuckDBValue> };
        const out = empty();
        for (const [name, decode] of fields) out[name] = decode(own(entries, name) ?? null);
        return out;
      };
    }
    case DuckDBTypeId.MAP: {
      const map = type as unknown as { keyType: DuckDBType; valueType: DuckDBType };
      const key = decoder(map.keyType);
      const item = decoder(map.valueType);
      return (value) =>
        (value as unknown as { entries: { key: DuckDBValue; value: DuckDBValue }[] }).entries.map(
          (entry) => ({
            key: key(entry.key),
            value: item(entry.value),
          }),
        );
    }
    default:
      return (value) => String(value);
  }
}

/** DuckDB holds UTF-8: lone surrogates become U+FFFD. */
const wellFormed = (text: string): string =>
  /[\ud800-\udfff]/.test(text)
    ? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    : text;

/** `JSON.stringify` escapes lone surrogates, and DuckDB takes such an escape for no JSON at all. */
function jsonText(value: Cell): string {
  const json = exactJson(value);
  if (!json.includes("\\ud")) return json;
  return json.replace(/\\(ud[89a-f][0-9a-f]{2}|.)/g, (found, code: string) =>
    code.length > 1 ? "\ufffd" : found,
  );
}

const asText = (value: Cell): string => wellFormed(typeof value === "string" ? value : exactJson(value));

/** Throws RangeError or TypeError when the cell does not fit the type. */
export function encoder(type: DuckDBType): Encode {
  const some = encodeSome(type);
  return (value) => (value === null || value === undefined ? null : some(value));
}

function encodeSome(type: DuckDBType): (value: NonNullable<Cell>) => DuckDBValue {
  if (isJson(type)) return jsonText;
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return asText;
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return (value) => value as DuckDBValue;
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
      return (value) => BigInt(value as string | number);
    case DuckDBTypeId.LIST: {
      const item = encoder((type as unknown as { valueType: DuckDBType }).valueType);
      return (value) => listValue((value as Cell[]).map(item));
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as unknown as {
        entryNames: string[];
        entryTypes: DuckDBType[];
      };
      const fields = entryNames.map((name, i) => [name, encoder(entryTypes[i]!)] as const);
      return (value) => {
        const from = value as Record<string, Cell>;
        const out: Record<string, DuckDBValue> = Object.create(null);
        for (const [name, encode] of fields) out[name] = encode(own(from, name));
        return structValue(out);
      };
    }
    default:
      if (timestampIds.has(type.typeId)) {
        return (value) => jsToDuckDBValue(new Date(utc(String(value))) as never, type) as DuckDBValue;
      }
      return (value) => jsToDuckDBValue(value as never, type) as DuckDBValue;
  }
}

/** A time without a zone is UTC, as DuckDB takes it. */
const utc = (text: string) =>
  /T.*([zZ]|[+-]\d\d(:?\d\d)?)$/.test(text) || !text.includes("T") ? text : `${text}Z`;

/** What stands under a name that a file chose: `toString` is a column like any other. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** Makes records to be filled with these names. A null prototype costs speed, so only the one name that needs it has it. */
const emptyRecord = (names: readonly string[]): (() => Row) =>
  names.includes("__proto__") ? () => Object.create(null) as Row : () => ({});

/** Rows of a chunk, given its columns' names and types; the first of them is column `from` of the chunk. */
export function rowDecoder(names: readonly string[], types: readonly DuckDBType[], from = 0) {
  const decoders = types.map(decoder);
  const empty = emptyRecord(names);
  return (chunk: DuckDBDataChunk): Row[] => {
    const rows: Row[] = Array.from({ length: chunk.rowCount }, empty);
    for (let column = 0; column < names.length; column++) {
      const name = names[column]!;
      const decode = decoders[column]!;
      const values = chunk.getColumnValues(from + column);
      for (let i = 0; i < rows.length; i++) rows[i]![name] = decode(values[i] ?? null);
    }
    return rows;
  };
}
