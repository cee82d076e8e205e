/** Filters over lists. Those that need other filters or tests by name (`map`, `select` …) are in select-filters.ts. */
import { bind, needText, needWhole } from "./arguments";
import type { Budget } from "./budget";
import { item, pairs } from "./members";
import { arithmetic } from "./operators";
import { TemplateError } from "./template-error";
import { textOf } from "./text";
import {
  type Arguments,
  compare,
  equals,
  itemsOf,
  keyOf,
  letters,
  Markup,
  numberOf,
  orElse,
  Stream,
  Tuple,
  textLength,
  truth,
  typeName,
  Undefined,
  type Value,
  View,
} from "./values";

type Filter = (value: Value, args: Arguments, budget: Budget) => Value;

/** Items of a value that the budget pays for. */
export function take(value: Value, budget: Budget): readonly Value[] {
  const items = itemsOf(value);
  budget.spend(items.length);
  return items;
}

/** `a.b.0`: what an attribute argument of a filter leads to; `missing` stands for what is not there on the way. */
export function lead(path: Value, budget: Budget, missing?: Value): (from: Value) => Value {
  const parts =
    typeof path === "number"
      ? [path]
      : needText("attribute", path)
          .split(".")
          .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  return (from) =>
    parts.reduce<Value>((value, part) => {
      const next = item(value, part, budget);
      return next instanceof Undefined && missing != null ? missing : next;
    }, from);
}

export function lengthOf(value: Value): number {
  if (typeof value === "string") return textLength(value);
  if (value instanceof Markup) return textLength(value.text);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (value instanceof Tuple || value instanceof View) return value.items.length;
  if (value instanceof Undefined) return 0;
  throw new TemplateError(`object of type '${typeName(value)}' has no len()`);
}

const fold = (sensitive: Value | undefined) => (value: Value) =>
  typeof value === "string" && !(sensitive !== undefined && truth(sensitive)) ? value.toLowerCase() : value;
const inTurn = (items: Iterable<Value>) => new Stream(items[Symbol.iterator]());

function sorted(
  items: readonly Value[],
  key: (value: Value) => Value,
  reverse: boolean,
  budget: Budget,
): Value[] {
  const keyed = items.map((value) => ({ value, key: key(value) }));
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key, budget) : compare(a.key, b.key, budget)));
  return keyed.map(({ value }) => value);
}

const sort: Filter = (value, args, budget) => {
  const [reverse, sensitive, attribute] = bind("sort", args, ["reverse", "case_sensitive", "attribute"]);
  const lower = fold(sensitive);
  const items = take(value, budget);
  budget.spend(items.length * 20);
  const paths = typeof attribute === "string" ? attribute.split(",") : attribute == null ? [] : [attribute];
  const leads = paths.map((path) => lead(path, budget));
  // A list, so that equal values need no order.
  const key = (one: Value): Value => (leads.length === 0 ? [lower(one)] : leads.map((go) => lower(go(one))));
  return sorted(items, key, reverse !== undefined && truth(reverse), budget);
};

const dictsort: Filter = (value, args, budget) => {
  const [sensitive, by, reverse] = bind("dictsort", args, ["case_sensitive", "by", "reverse"]);
  if (!(value instanceof Map)) throw new TemplateError("dictsort wants a dict");
  const which = by === undefined ? "key" : needText("dictsort", by);
  if (which !== "key" && which !== "value") throw new TemplateError("dictsort is by key or value");
  budget.spend(value.size * 20);
  const lower = fold(sensitive);
  const at = which === "key" ? 0 : 1;
  return sorted(
    pairs(value),
    (pair) => lower((pair as Tuple).items[at]!),
    reverse !== undefined && truth(reverse),
    budget,
  );
};

const extreme =
  (name: "min" | "max"): Filter =>
  (value, args, budget) => {
    const [sensitive, attribute] = bind(name, args, ["case_sensitive", "attribute"]);
    const lower = fold(sensitive);
    const go = attribute == null ? (one: Value) => one : lead(attribute, budget);
    const items = take(value, budget);
    if (items.length === 0) return new Undefined("No aggregated item, sequence was empty.");
    const sign = name === "min" ? 1 : -1;
    return items.reduce((best, one) =>
      compare(lower(go(one)), lower(go(best)), budget) * sign < 0 ? one : best,
    );
  };

/** Looks at nothing before it is read. */
const unique: Filter = (value, args, budget) => {
  bind("unique", args, ["case_sensitive", "attribute"]);
  return new Stream(uniqueItems(value, args, budget));
};

function* uniqueItems(value: Value, args: Arguments, budget: Budget): Generator<Value> {
  const [sensitive, attribute] = bind("unique", args, ["case_sensitive", "attribute"]);
  const lower = fold(sensitive);
  const go = attribute == null ? (one: Value) => one : lead(attribute, budget);
  const seen: Value[] = [];
  const texts = new Set<string>();
  for (const one of take(value, budget)) {
    const key = lower(go(one));
    if (typeof key === "string") {
      if (!texts.has(key)) yield one;
      texts.add(key);
      continue;
    }
    if (Array.isArray(key) || key instanceof Map) keyOf(key);
    budget.spend(seen.length);
    if (seen.some((other) => equals(other, key, budget))) continue;
    seen.push(key);
    yield one;
  }
}

const groupby: Filter = (value, args, budget) => {
  const [attribute, other, sensitive] = bind("groupby", args, ["attribute", "default", "case_sensitive"]);
  if (attribute === undefined) throw new TemplateError("groupby wants an attribute");
  const go = lead(attribute, budget);
  const lower = fold(sensitive);
  const found = (one: Value) => {
    const key = go(one);
    return key instanceof Undefined && other !== undefined ? other : key;
  };
  const items = take(value, budget);
  budget.spend(items.length * 20);
  const groups: { key: Value; first: Value; list: Value[] }[] = [];
  for (const one of sorted(items, (each) => lower(found(each)), false, budget)) {
    const key = lower(found(one));
    const last = groups.at(-1);
    if (last && equals(last.key, key, budget)) last.list.push(one);
    else groups.push({ key, first: found(one), list: [one] });
  }
  return groups.map(({ first, list }) => new Tuple([first, list], ["grouper", "list"]));
};

const join: Filter = (value, args, budget) => {
  const [between, attribute] = bind("join", args, ["d", "attribute"]);
  const go = attribute == null ? (one: Value) => one : lead(attribute, budget);
  const by = between === undefined ? "" : textOf(between, budget);
  const parts = take(value, budget).map((one) => textOf(go(one), budget));
  budget.make(parts.reduce((sum, part) => sum + part.length + by.length, 0));
  return parts.join(by);
};

const batch: Filter = (value, args, budget) => {
  const [count, fill] = bind("batch", args, ["linecount", "fill_with"]);
  const size = Math.max(1, needWhole("batch", count));
  const items = take(value, budget);
  const rows: Value[][] = [];
  for (let at = 0; at < items.length; at += size) rows.push(items.slice(at, at + size));
  const last = rows.at(-1);
  if (fill != null && last && last.length < size) {
    budget.make(size);
    rows[rows.length - 1] = [...last, ...Array.from({ length: size - last.length }, () => fill)];
  }
  return inTurn(rows);
};

const slices: Filter = (value, args, budget) => {
  const [count, fill] = bind("slice", args, ["slices", "fill_with"]);
  const parts = needWhole("slice", count);
  if (parts < 1) throw new TemplateError("slice wants at least one part");
  budget.make(parts * 8);
  const items = take(value, budget);
  const each = Math.floor(items.length / parts);
  const more = items.length % parts;
  const rows: Value[][] = [];
  for (let i = 0, at = 0; i < parts; i++) {
    const size = each + (i < more ? 1 : 0);
    const row = items.slice(at, at + size);
    rows.push(fill != null && i >= more && more > 0 ? [...row, fill] : row);
    at += size;
  }
  return inTurn(rows);
};

const reverse: Filter = (value, _args, budget) => {
  if (typeof value === "string") return letters(budget.text(value)).reverse().join("");
  if (value instanceof Stream) return [...take(value, budget)].reverse();
  if (value === null || numberOf(value) !== undefined) throw new TemplateError("argument must be iterable");
  return inTurn([...take(value, budget)].reverse());
};

const first: Filter = (value) => {
  if (value instanceof Stream) {
    const next = value.rest.next();
    return next.done ? new Undefined("No first item, sequence was empty.") : next.value;
  }
  return orElse(itemsOf(value)[0], new Undefined("No first item, sequence was empty."));
};

const last: Filter = (value) => {
  if (value instanceof Stream) throw new TemplateError("'generator' object is not reversible");
  return orElse(itemsOf(value).at(-1), new Undefined("No last item, sequence was empty."));
};

const sum: Filter = (value, args, budget) => {
  const [attribute, start] = bind("sum", args, ["attribute", "start"]);
  const go = attribute == null ? (one: Value) => one : lead(attribute, budget);
  return take(value, budget).reduce<Value>(
    (total, one) => {
      if (typeof total === "string") throw new TemplateError("sum adds no texts");
      return arithmetic("+", total, go(one), budget);
    },
    orElse(start, 0),
  );
};

const entries: Filter = (value) => {
  if (value instanceof Undefined) return inTurn([]);
  if (!(value instanceof Map)) throw new TemplateError("Can only get item pairs from a mapping.");
  return inTurn(pairs(value));
};

export const LIST_FILTERS: readonly [string, Filter][] = [
  ["length", lengthOf],
  ["count", lengthOf],
  ["list", (value, _args, budget) => [...take(value, budget)]],
  ["first", first],
  ["last", last],
  ["join", join],
  ["sort", sort],
  ["dictsort", dictsort],
  ["min", extreme("min")],
  ["max", extreme("max")],
  ["unique", unique],
  ["groupby", groupby],
  ["batch", batch],
  ["slice", slices],
  ["reverse", reverse],
  ["sum", sum],
  ["items", entries],
];
