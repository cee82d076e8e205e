/** The texts in a cell, however deep, found and replaced while every other value stays DuckDB's own: nothing is rounded. */
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
import { literal } from "./quote";

/** Whether a column of the type can hold texts. JSON holds them too; keys are names, not texts. */
export function holdsText(type: DuckDBType): boolean {
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return true;
    case DuckDBTypeId.LIST:
      return holdsText((type as DuckDBListType).valueType);
    case DuckDBTypeId.MAP:
      return holdsText((type as DuckDBMapType).valueType);
    case DuckDBTypeId.STRUCT:
      return (type as DuckDBStructType).entryTypes.some(holdsText);
    default:
      return false;
  }
}

/** The value with each text replaced; the very same value when no text changed. */
export function mapTexts(
  value: DuckDBValue,
  type: DuckDBType,
  change: (text: string) => string,
): DuckDBValue {
  if (value === null || !holdsText(type)) return value;
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return type.alias === "JSON" ? mapJson(String(value), change) : change(String(value));
    case DuckDBTypeId.LIST: {
      const { valueType } = type as DuckDBListType;
      const { items } = value as DuckDBListValue;
      const mapped = items.map((item) => mapTexts(item, valueType, change));
      return mapped.every((item, i) => item === items[i]) ? value : new DuckDBListValue(mapped);
    }
    case DuckDBTypeId.MAP: {
      const { valueType } = type as DuckDBMapType;
      const { entries } = value as DuckDBMapValue;
      const mapped = entries.map((entry) => ({ ...entry, value: mapTexts(entry.value, valueType, change) }));
      return mapped.every((entry, i) => entry.value === entries[i]!.value)
        ? value
        : new DuckDBMapValue(mapped);
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const { entries } = value as DuckDBStructValue;
      const mapped: Record<string, DuckDBValue> = Object.create(null);
      let same = true;
      for (const [i, name] of entryNames.entries()) {
        const before = entries[name] ?? null;
        mapped[name] = mapTexts(before, entryTypes[i]!, change);
        same &&= mapped[name] === before;
      }
      return same ? value : new DuckDBStructValue(mapped);
    }
    default:
      return value;
  }
}

/** A string of JSON, and the colon that makes it a key. */
const JSON_STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/** All but the strings that change stays as it is written: numbers keep their digits. */
function mapJson(json: string, change: (text: string) => string): string {
  try {
    JSON.parse(json);
  } catch {
    return change(json);
  }
  return json.replace(JSON_STRING, (written: string, colon: string | undefined) => {
    if (colon !== undefined) return written;
    const text = JSON.parse(written) as string;
    const changed = change(text);
    return changed === text ? written : JSON.stringify(changed);
  });
}

/** Whether some text in `expression` may match `pattern` (RE2, ASCII). Never NULL; true for JSON that spells characters out. */
export function mayMatch(expression: string, type: DuckDBType, pattern: string, depth = 0): string {
  const matches = `regexp_matches(${expression}, ${literal(pattern)})`;
  switch (holdsText(type) ? type.typeId : undefined) {
    case DuckDBTypeId.VARCHAR:
      return type.alias === "JSON"
        ? `coalesce(${`regexp_matches(${expression}::VARCHAR, ${literal(pattern)})`} OR contains(${expression}::VARCHAR, '\\u'), false)`
        : `coalesce(${matches}, false)`;
    case DuckDBTypeId.LIST: {
      const item = `x${depth}`;
      const inner = mayMatch(item, (type as DuckDBListType).valueType, pattern, depth + 1);
      return `coalesce(list_bool_or(list_transform(${expression}, lambda ${item}: ${inner})), false)`;
    }
    case DuckDBTypeId.STRUCT: {
      const { entryNames, entryTypes } = type as DuckDBStructType;
      const inner = entryNames.flatMap((name, i) =>
        holdsText(entryTypes[i]!)
          ? [mayMatch(`struct_extract(${expression}, ${literal(name)})`, entryTypes[i]!, pattern, depth)]
          : [],
      );
      return `(${inner.join(" OR ")})`;
    }
    case DuckDBTypeId.MAP:
      return mayMatch(
        `map_values(${expression})`,
        { typeId: DuckDBTypeId.LIST, valueType: (type as DuckDBMapType).valueType } as DuckDBListType,
        pattern,
        depth,
      );
    default:
      return "false";
  }
}
