/** Filters that apply another filter or a test, given by name, to each item. */

import { needText } from "./arguments";
import type { Budget } from "./budget";
import { FILTERS, type Filter, filterNamed } from "./filters";
import { lead, take } from "./list-filters";
import { TemplateError } from "./template-error";
import { test } from "./tests";
import { type Arguments, Stream, truth, type Value } from "./values";

const ALL = { has: (name: string) => FILTERS.has(name) || SELECT_FILTERS.has(name) };

export function filter(name: string, value: Value, args: Arguments, budget: Budget): Value {
  return (SELECT_FILTERS.get(name) ?? filterNamed(name))(value, args, budget);
}

export const isTrue = (name: string, value: Value, args: readonly Value[], budget: Budget) =>
  test(name, value, args, { filters: ALL, budget });

function* kept(
  items: Iterable<Value>,
  look: (item: Value) => Value,
  wanted: boolean,
  [name, ...args]: readonly Value[],
  budget: Budget,
): Generator<Value> {
  for (const item of items) {
    const value = look(item);
    const holds = name === undefined ? truth(value) : isTrue(needText("a test", name), value, args, budget);
    if (holds === wanted) yield item;
  }
}

const selector =
  (wanted: boolean, byAttribute: boolean): Filter =>
  (value, { positional }, budget) => {
    // As Jinja2 has it: nothing is looked for in None or 0.
    const items = truth(value) ? take(value, budget) : [];
    if (!byAttribute) return new Stream(kept(items, (item) => item, wanted, positional, budget));
    const [path, ...rest] = positional;
    if (path === undefined) throw new TemplateError("Missing parameter for attribute name");
    return new Stream(kept(items, lead(path, budget), wanted, rest, budget));
  };

const map: Filter = (value, { positional, named }, budget) => {
  const items = truth(value) ? take(value, budget) : [];
  const path = named.get("attribute");
  const [name, ...rest] = positional;
  if (name === undefined && path !== undefined) {
    const go = lead(path, budget, named.get("default"));
    return new Stream(items.map(go).values());
  }
  const used = needText("map requires a filter argument: it", name);
  return new Stream(items.map((item) => filter(used, item, { positional: rest, named }, budget)).values());
};

const SELECT_FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ["select", selector(true, false)],
  ["reject", selector(false, false)],
  ["selectattr", selector(true, true)],
  ["rejectattr", selector(false, true)],
  ["map", map],
]);
