/** Columns found from rows as they come: names, and the narrowest type that holds every value. */
import { type Cell, Digits, MESSAGES_SQL, own, type Row, type SqlColumn } from "@/engines/table";
import type { Column, ColumnType } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { MAX_COLUMNS, MAX_NAME_CHARACTERS } from "./limits";

type Seen = {
  string: boolean;
  integer: boolean;
  /** Beyond 2^53 and within 64 bits: not to be mixed with numbers that have a fraction. */
  long: boolean;
  number: boolean;
  /** A number that neither 64 bits nor a double hold: only a text keeps its digits. */
  digits: boolean;
  boolean: boolean;
  nested: boolean;
  messages: boolean;
};
const NOTHING: Seen = {
  string: false,
  integer: false,
  long: false,
  number: false,
  digits: false,
  boolean: false,
  nested: false,
  messages: false,
};
type Found = { key: string; name: string; seen: Seen; any: boolean };

class TooManyColumns extends Error {}
class NameTooLong extends Error {}

/** What a finder throws, as the failure of the file; any other error as it is. */
export function columnFailure(error: unknown, path: string): unknown {
  if (error instanceof TooManyColumns) return new Failure("INVALID_INPUT", "too-many-columns", { path });
  if (error instanceof NameTooLong)
    return new Failure("INVALID_INPUT", "column-name-long", { path, most: MAX_NAME_CHARACTERS });
  return error;
}

/** @throws what `columnFailure` words */
export function checkName(name: string): void {
  if (name.length > MAX_NAME_CHARACTERS) throw new NameTooLong();
}

/** `typed`: values carry their types, as in JSON; otherwise they are texts whose look decides, as in CSV. */
export class ColumnFinder {
  private readonly found = new Map<string, Found>();
  private readonly names = new Set<string>(["_row"]);

  constructor(private readonly typed: boolean) {}

  see(row: Record<string, unknown>): void {
    for (const key in row) {
      if (key === "_row") continue;
      const column = this.found.get(key) ?? this.add(key);
      const value = row[key];
      if (value === null || value === undefined) continue;
      column.any = true;
      if (this.typed) seeValue(column.seen, value);
      else seeText(column.seen, String(value));
    }
  }

  columns(): FoundColumn[] {
    return [...this.found.values()].map(({ key, name, seen, any }) => ({
      key,
      name,
      ...(any ? typeOf(seen, key) : { sql: "VARCHAR", type: "string" as const }),
    }));
  }

  /** DuckDB takes `Name` and `name` for one, and so do most tables: the second becomes `name_2`. */
  private add(key: string): Found {
    if (this.found.size >= MAX_COLUMNS) throw new TooManyColumns();
    checkName(key);
    const bare = key.replaceAll("\0", "").trim();
    const base = bare === "" ? `column${this.found.size + 1}` : bare;
    let name = base;
    for (let n = 2; this.names.has(name.toLowerCase()); n++) name = `${base}_${n}`;
    this.names.add(name.toLowerCase());
    const made = {
      key,
      name,
      any: false,
      seen: { ...NOTHING },
    };
    this.found.set(key, made);
    return made;
  }
}

export type FoundColumn = SqlColumn & Column & { key: string };

/** The place in the file, so that messages lead back to it, or the name that the row brings. */
export function ownId(row: Record<string, unknown>, place: string): string {
  const id = own(row, "_row");
  if (typeof id === "string" && id !== "") return id;
  if (id instanceof Digits) return id.text;
  return typeof id === "number" ? String(id) : place;
}

/** The row with the found names, its cells fit for the found types. */
export function fitRow(columns: readonly FoundColumn[], row: Record<string, unknown>, id: string): Row {
  const fit: Row = columns.some(({ name }) => name === "__proto__") ? Object.create(null) : {};
  fit._row = id;
  for (const { key, name, type } of columns) {
    const value = own(row, key);
    fit[name] = value === null || value === undefined ? null : fitValue(value, type);
  }
  return fit;
}

function fitValue(value: unknown, type: ColumnType): Cell {
  if (value instanceof Digits && type !== "json") return value.text;
  if (type === "string") return typeof value === "string" ? value : JSON.stringify(value);
  if (typeof value === "string") {
    if (type === "integer" || type === "number") return Number(value);
    if (type === "boolean") return value === "true";
  }
  return value as Cell;
}

function seeValue(seen: Seen, value: unknown): void {
  switch (typeof value) {
    case "string":
      seen.string = true;
      return;
    case "boolean":
      seen.boolean = true;
      return;
    case "number":
      if (Number.isSafeInteger(value)) seen.integer = true;
      else seen.number = true;
      return;
    default:
      if (value instanceof Digits) {
        if (is64Bit(value.text)) seen.long = true;
        else seen.digits = true;
        return;
      }
      if (isMessages(value)) seen.messages = true;
      else seen.nested = true;
  }
}

const is64Bit = (digits: string) =>
  /^-?\d{1,19}$/.test(digits) && BigInt.asIntN(64, BigInt(digits)) === BigInt(digits);

const NUMBER = /^-?\d[\d.e+-]*$/;

/**
 * A text counts as another type only where that prints back as the very same text: `007`, `2.00`, `1e6` and `True` stay what
 * the file says, whatever the other rows of the column hold.
 */
function seeText(seen: Seen, text: string): void {
  const number = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (String(number) === text && Number.isFinite(number)) {
    if (Number.isSafeInteger(number)) seen.integer = true;
    else seen.number = true;
  } else if (text === "true" || text === "false") seen.boolean = true;
  else seen.string = true;
}

function typeOf(seen: Seen, key: string): { sql: string; type: ColumnType } {
  const numeric = seen.integer || seen.long || seen.number || seen.digits;
  const scalar = seen.string || numeric || seen.boolean;
  if (seen.messages && !seen.nested && !scalar && key === "messages")
    return { sql: MESSAGES_SQL, type: "json" };
  if (seen.nested || seen.messages) return { sql: "JSON", type: "json" };
  const mixed = (seen.boolean && numeric) || (seen.long && seen.number);
  if (seen.string || seen.digits || mixed) return { sql: "VARCHAR", type: "string" };
  if (seen.boolean) return { sql: "BOOLEAN", type: "boolean" };
  return seen.number ? { sql: "DOUBLE", type: "number" } : { sql: "BIGINT", type: "integer" };
}

/** A list of nothing but `{ role, content }`, both text. */
function isMessages(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (one) =>
        typeof one === "object" &&
        one !== null &&
        typeof one.role === "string" &&
        typeof one.content === "string" &&
        Object.keys(one).length === 2,
    )
  );
}
