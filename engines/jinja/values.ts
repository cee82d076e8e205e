import type { Budget } from "./budget";
import { TemplateError } from "./template-error";

/**
 * Values of a template, with Python's meaning. Text is a JavaScript string, a whole number a JavaScript number (beyond
 * 2^53 a bigint, which can be printed and compared for being equal), None is null, a list an array, a dict a Map. The rest has a class.
 */

export class Undefined {
  /** `hint` is the sentence of the error when more than printing is tried. */
  constructor(readonly hint: string) {}
}
/** A number with a fraction in Python: 1.0 is not 1 when printed. */
export class Float {
  constructor(readonly value: number) {}
}
export class Tuple {
  constructor(
    readonly items: readonly Value[],
    /** Names of the items, as those of `groupby` have. */
    readonly fields: readonly string[] = [],
  ) {}
}
/** Something that has a length and is looped over any number of times, but is no list: `range(3)`, `d.items()`. */
export class View {
  constructor(
    readonly items: readonly Value[],
    readonly kind: "range" | "dict_keys" | "dict_values" | "dict_items",
    readonly shown?: string,
  ) {}
}
/** Python's generator, as most filters over lists return: true, without a length, read once. */
export class Stream {
  constructor(readonly rest: Iterator<Value>) {}
}
/** Text marked `safe`. It prints as it is; joining it to other text would escape that, which is refused here. */
export class Markup {
  constructor(readonly text: string) {}
}
export class Namespace {
  readonly values = new Map<string, Value>();
}
export type Arguments = { positional: readonly Value[]; named: ReadonlyMap<string, Value> };
export class Callable {
  constructor(
    readonly name: string,
    readonly call: (args: Arguments) => Value,
    readonly attributes: ReadonlyMap<string, Value> = new Map(),
  ) {}
}
/** `loop` inside a for. */
export class Loop {
  index0 = 0;
  private last: Value[] | undefined;
  constructor(
    readonly items: readonly Value[],
    readonly depth0: number,
    readonly recurse: ((items: Value) => Value) | undefined,
    private readonly budget: Budget,
  ) {}
  /** True when the values differ from those of the last call. */
  changed(values: Value[]): boolean {
    const same = this.last !== undefined && equals(this.last, values, this.budget);
    this.last = values;
    return !same;
  }
}

export type Key = string | number | bigint | boolean | null;
export type Dict = Map<Key, Value>;
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Undefined
  | Float
  | Value[]
  | Tuple
  | Dict
  | View
  | Stream
  | Markup
  | Namespace
  | Callable
  | Loop;

export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (typeof value === "string" || value instanceof Markup) return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || typeof value === "bigint") return "int";
  if (value instanceof Float) return "float";
  if (Array.isArray(value)) return "list";
  if (value instanceof Tuple) return "tuple";
  if (value instanceof Map) return "dict";
  if (value instanceof View) return value.kind;
  if (value instanceof Stream) return "generator";
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Namespace) return "Namespace";
  return value instanceof Loop ? "LoopContext" : "function";
}

/** None is a value: only what is not there at all is replaced. */
export const orElse = <V extends Value>(value: Value | undefined, other: V): Value =>
  value === undefined ? other : value;

export function truth(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false;
  if (typeof value !== "object") return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  if (value instanceof Float) return value.value !== 0;
  if (value instanceof Tuple || value instanceof View) return value.items.length > 0;
  if (value instanceof Markup) return value.text !== "";
  return true;
}

/** The number that a value is in arithmetic, where True is 1; undefined for what is no number. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return value instanceof Float ? value.value : undefined;
}

/** Whole numbers are exact. @throws TemplateError beyond 2^53, where they no longer would be */
export function whole(value: number): number {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  throw new TemplateError("a whole number is too large");
}

/** Python's `==`. */
export function equals(a: Value, b: Value, budget: Budget, depth = 0): boolean {
  if (a === b) return true;
  budget.spend(1);
  if (depth > MOST_DEPTH) throw new TemplateError("values are nested too deeply to be compared");
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined || y !== undefined) return x === y;
  if (Array.isArray(a)) return Array.isArray(b) && sameItems(a, b, budget, depth);
  if (a instanceof Tuple) return b instanceof Tuple && sameItems(a.items, b.items, budget, depth);
  if (a instanceof View)
    return b instanceof View && a.kind === b.kind && sameItems(a.items, b.items, budget, depth);
  if (a instanceof Markup) return (b instanceof Markup ? b.text : b) === a.text;
  if (b instanceof Markup) return a === b.text;
  if (a instanceof Undefined) return b instanceof Undefined;
  if (!(a instanceof Map && b instanceof Map) || a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !equals(value, other, budget, depth + 1)) return false;
  }
  return true;
}

/** Deeper than any schema that a person writes; Python stops at a similar depth. */
export const MOST_DEPTH = 200;

function sameItems(a: readonly Value[], b: readonly Value[], budget: Budget, depth: number): boolean {
  return a.length === b.length && a.every((item, i) => equals(item, b[i]!, budget, depth + 1));
}

/** Negative, zero or positive as a < b, a = b or a > b in Python. @throws TemplateError when there is no order */
export function compare(a: Value, b: Value, budget: Budget, operator = "<"): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
  if (typeof a === "string" && typeof b === "string") {
    budget.read(a.length < b.length ? a : b);
    return compareText(a, b);
  }
  if (a instanceof Markup || b instanceof Markup) {
    const [left, right] = [a, b].map((one) => (one instanceof Markup ? one.text : one));
    return compare(left!, right!, budget, operator);
  }
  const lists = Array.isArray(a) && Array.isArray(b) ? [a, b] : undefined;
  const tuples = a instanceof Tuple && b instanceof Tuple ? [a.items, b.items] : undefined;
  const [left, right] = lists ?? tuples ?? [];
  if (left && right) {
    const at = left.findIndex((item, i) => i >= right.length || !equals(item, right[i]!, budget));
    if (at < 0) return left.length - right.length;
    return at >= right.length ? 1 : compare(left[at]!, right[at]!, budget, operator);
  }
  for (const value of [a, b]) if (value instanceof Undefined) throw new TemplateError(value.hint);
  throw new TemplateError(
    `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`,
  );
}

/** By code points, as Python orders text. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [high, other] = [isSurrogate(x), isSurrogate(y)];
    return high === other ? x - y : high ? 1 : -1;
  }
  return a.length - b.length;
}
const isSurrogate = (unit: number) => (unit & 0xf800) === 0xd800;

const ASTRAL = /[\ud800-\udbff][\udc00-\udfff]/;
/** Code points: what Python counts. */
export const letters = (text: string): string[] => Array.from(text);
export const isAstral = (text: string) => ASTRAL.test(text);
export const textLength = (text: string) => (isAstral(text) ? letters(text).length : text.length);

/** The items of what can be looped over. @throws TemplateError for what cannot */
export function itemsOf(value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return letters(value);
  if (value instanceof Map) return [...value.keys()];
  if (value instanceof Tuple || value instanceof View) return value.items;
  if (value instanceof Undefined) return [];
  if (value instanceof Stream) {
    const items: Value[] = [];
    for (let next = value.rest.next(); !next.done; next = value.rest.next()) items.push(next.value);
    return items;
  }
  if (value instanceof Markup) return letters(value.text);
  throw new TemplateError(`'${typeName(value)}' object is not iterable`);
}

/** A key of a dict: 1.0 is 1. @throws TemplateError for lists and dicts */
export function keyOf(value: Value): Key {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Float) return value.value;
  if (value instanceof Markup) return value.text;
  throw new TemplateError(`a ${typeName(value)} cannot be the key of a dict`);
}
