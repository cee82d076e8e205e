/** Texts, names and numbers in a cell, however deep, found and replaced while every other value stays DuckDB's own: nothing is rounded. */
import {
  type DuckDBListType,
  DuckDBListValue,
  type DuckDBMapType,
  DuckDBMapValue,
  type DuckDBStructType,
  DuckDBStructValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import { isIntegerType, isNumberType } from "./cells";
import { ident, literal } from "./quote";

/** What is looked for. `name` is what a value is called where it stands: its column, field or key. */
export type Change = {
  /** The text as it shall be; keys of JSON and of maps are texts too. */
  text: (text: string, name: string) => string;
  /** What to write for a whole number, given its digits; undefined leaves it. A number column has null in its place. */
  number: (digits: string, name: string) => string | undefined;
};

/** Whether a cell of the type can hold a text, a name or a number that may be searched. */
export function isSearched(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return true;
    case DuckDBTypeId.LIST:
      return isSearched((type as DuckDBListType).valueType);
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      return keyType.typeId === DuckDBTypeId.VARCHAR || isSearched(valueType);
    }
    case DuckDBTypeId.STRUCT:
      return (type as DuckDBStructType).entryTypes.some(isSearched);
    default:
      return isIntegerType(type) || isNumberType(type);
  }
}

/** These hold nothing that people write: seven digits do not fit, or they are a time. */
const PLAIN = new Set<DuckDBTypeId>([
  DuckDBTypeId.SQLNULL,
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIME,
  DuckDBTypeId.TIME_TZ,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
  DuckDBTypeId.INTERVAL,
  DuckDBTypeId.UUID,
]);

/** Whether a part of such a cell is of a type that nobody looks into. */
export function isPartlyUnsearched(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return isPartlyUnsearched((type as DuckDBListType).valueType);
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      // A number that is a key can be neither written as text nor left out.
      const key = keyType.typeId === DuckDBTypeId.VARCHAR || PLAIN.has(keyType.typeId);
      return !key || isPartlyUnsearched(valueType);
    }
    case DuckDBTypeId.STRUCT:
      return (type as DuckDBStructType).entryTypes.some(isPartlyUnsearched);
    default:
      return !isSearched(type) && !PLAIN.has(type.typeId);
  }
}

/** Names of the fields of a type, however deep: they are the same in every row, so no cell can change them. */
export function fieldNames(type: DuckDBType): string[] {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return fieldNames((type as DuckDBListType).valueType);
    case DuckDBTypeId.MAP:
      return fieldNames((type as DuckDBMapType).valueType);
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      return [...entryNames, ...entryTypes.flatMap(fieldNames)];
    }
    default:
      return [];
  }
}

/** The value with what is found replaced; the very same value when nothing was. */
export function changeCell(value: DuckDBValue, type: DuckDBType, change: Change, name: string): DuckDBValue {
  if (value === null || !isSearched(type)) return value;
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return type.alias === "JSON"
        ? changeJson(String(value), change, name)
        : change.text(String(value), name);
    case DuckDBTypeId.LIST: {
      const { valueType } = type as DuckDBListType;
      const { items } = value as DuckDBListValue;
      const changed = items.map((item) => changeCell(item, valueType, change, name));
      return changed.every((item, i) => item === items[i]) ? value : new DuckDBListValue(changed);
    }
    case DuckDBTypeId.MAP:
      return changeMap(value as DuckDBMapValue, type as DuckDBMapType, change, name);
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const { entries } = value as DuckDBStructValue;
      const changed: Record<string, DuckDBValue> = Object.create(null);
      let same = true;
      for (const [i, field] of entryNames.entries()) {
        const before = entries[field] ?? null;
        changed[field] = changeCell(before, entryTypes[i]!, change, field);
        same &&= changed[field] === before;
      }
      return same ? value : new DuckDBStructValue(changed);
    }
    default: {
      const digits = wholeNumber(value);
      return digits !== undefined && change.number(digits, name) !== undefined ? null : value;
    }
  }
}

function changeMap(
  value: DuckDBMapValue,
  { keyType, valueType }: DuckDBMapType,
  change: Change,
  name: string,
): DuckDBValue {
  const { entries } = value;
  const isText = keyType.typeId === DuckDBTypeId.VARCHAR && keyType.alias !== "JSON";
  const rename = unique(isText ? entries.map(({ key }) => String(key)) : []);
  const changed = entries.map(({ key, value: item }) => ({
    key: isText ? rename(String(key), change.text(String(key), name)) : key,
    value: changeCell(item, valueType, change, isText ? String(key) : name),
  }));
  const same = changed.every(
    ({ key, value: item }, i) => key === entries[i]!.key && item === entries[i]!.value,
  );
  return same ? value : new DuckDBMapValue(changed);
}

/** Keys stay different from each other: the second one that became `[EMAIL]` is `[EMAIL] 2`. */
function unique(keys: readonly string[]): (before: string, after: string) => string {
  const taken = new Set(keys);
  return (before, after) => {
    if (after === before) return before;
    let free = after;
    for (let n = 2; taken.has(free); n++) free = `${after} ${n}`;
    taken.add(free);
    return free;
  };
}

/** Digits of a number that is whole, whatever type it has. */
function wholeNumber(value: DuckDBValue): string | undefined {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : undefined;
  // DECIMAL
  return /^(-?\d+)(?:\.0*)?$/.exec(String(value))?.[1];
}

/** A string of JSON with the colon that makes it a key, or a number. */
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** All but what changes stays as it is written: numbers keep their digits. */
function changeJson(json: string, change: Change, column: string): string {
  try {
    JSON.parse(json);
  } catch {
    return change.text(json, column);
  }
  const keys: string[] = [];
  for (const [token, colon] of json.matchAll(JSON_TOKEN))
    if (colon !== undefined) keys.push(JSON.parse(token.slice(0, -colon.length)) as string);
  const rename = unique(keys);
  let name = column;
  return json.replace(JSON_TOKEN, (written: string, colon: string | undefined) => {
    if (!written.startsWith('"')) {
      const digits = /^-?\d+(?=(?:\.0+)?$)/.exec(written)?.[0] ?? wholeNumber(Number(written));
      const mark = digits === undefined ? undefined : change.number(digits, name);
      return mark === undefined ? written : JSON.stringify(mark);
    }
    const text = JSON.parse(colon === undefined ? written : written.slice(0, -colon.length)) as string;
    if (colon === undefined) {
      const changed = change.text(text, name);
      return changed === text ? written : JSON.stringify(changed);
    }
    name = text;
    const changed = rename(text, change.text(text, ""));
    return changed === text ? written : `${JSON.stringify(changed)}${colon}`;
  });
}

/** What DuckDB asks of a text (a pattern of RE2) or of a number before JavaScript looks at it; both may say yes too often. */
export type MayChange = {
  text: string;
  /** A condition on `digits`, an expression for the digits of a whole number. */
  number: (digits: string, name: string) => string;
};

/** Whether something in `expression` may be found. Never NULL; true for JSON that spells characters out. */
export function mayChange(
  expression: string,
  type: DuckDBType,
  may: MayChange,
  name: string,
  depth = 0,
): string {
  if (!isSearched(type)) return "false";
  const list = (items: string, of: DuckDBType) => {
    const item = `x${depth}`;
    const inner = mayChange(item, of, may, name, depth + 1);
    return `coalesce(list_bool_or(list_transform(${items}, lambda ${item}: ${inner})), false)`;
  };
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR: {
      const text = type.alias === "JSON" ? `${expression}::VARCHAR` : expression;
      const matches = `regexp_matches(${text}, ${literal(may.text)})`;
      return `coalesce(${type.alias === "JSON" ? `${matches} OR contains(${text}, '\\u')` : matches}, false)`;
    }
    case DuckDBTypeId.LIST:
      return list(expression, (type as DuckDBListType).valueType);
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const inner = entryNames.flatMap((field, i) =>
        isSearched(entryTypes[i]!)
          ? [mayChange(`struct_extract(${expression}, ${literal(field)})`, entryTypes[i]!, may, field, depth)]
          : [],
      );
      return `(${inner.join(" OR ")})`;
    }
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      // A key names its value, so any number may be found there.
      const values = isSearched(valueType) ? [`cardinality(${expression}) > 0`] : [];
      const keys = keyType.typeId === DuckDBTypeId.VARCHAR ? [list(`map_keys(${expression})`, keyType)] : [];
      return `coalesce(${[...keys, ...values].join(" OR ")}, false)`;
    }
    default: {
      const whole = isIntegerType(type)
        ? expression
        : `TRY_CAST(CASE WHEN ${expression} = floor(${expression}) THEN ${expression} END AS HUGEINT)`;
      return `coalesce(${may.number(`CAST(${whole} AS VARCHAR)`, name)}, false)`;
    }
  }
}

/** The condition on a row of a table that one of its columns may be found in. */
export const mayChangeRow = (
  columns: readonly { name: string; type: DuckDBType }[],
  may: MayChange,
): string => columns.map(({ name, type }) => mayChange(ident(name), type, may, name)).join(" OR ") || "false";
