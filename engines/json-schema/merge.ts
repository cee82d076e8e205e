/** Two schemas that both hold, as one. */

import { common, type JsonType, type Schema, tighter } from "./read-schema";
import { Impossible, unheld } from "./schema-error";

/** References stay: who merges resolves them first where their parts must meet. @throws Failure `json-schema-unheld`, `json-schema-impossible` */
export function merge(a: Schema, b: Schema): Schema {
  const at = a.at;
  const merged: Schema = {
    at,
    all: [...a.all, ...b.all],
    unions: [...a.unions, ...b.unions],
    refs: [...new Set([...a.refs, ...b.refs])],
    properties: new Map(),
    patternProperties: new Map(a.patternProperties),
  };
  if (a.never || b.never) merged.never = true;
  set(merged, "types", a.types && b.types ? typesOfBoth(a.types, b.types) : (a.types ?? b.types));
  if (merged.types?.length === 0) throw new Impossible("type", b.at);
  set(merged, "values", b.values ? common(a.values, b.values) : a.values);
  if (merged.values?.length === 0) throw new Impossible("enum", b.at);
  set(merged, "lower", b.lower ? tighter("lower", a.lower, b.lower) : a.lower);
  set(merged, "upper", b.upper ? tighter("upper", a.upper, b.upper) : a.upper);
  for (const name of ["minLength", "minItems", "minProperties"] as const)
    set(merged, name, most(a[name], b[name], Math.max));
  for (const name of ["maxLength", "maxItems", "maxProperties"] as const)
    set(merged, name, most(a[name], b[name], Math.min));
  for (const name of ["multipleOf", "pattern", "format"] as const) {
    if (a[name] !== undefined && b[name] !== undefined && a[name] !== b[name])
      throw unheld(name, `${b.at}/${name}`);
    set(merged, name, (a[name] ?? b[name]) as never);
  }
  mergeProperties(a, b, merged);
  if (a.prefix || b.prefix) {
    const length = Math.max(a.prefix?.length ?? 0, b.prefix?.length ?? 0);
    merged.prefix = Array.from(
      { length },
      (_, i) => both(a.prefix?.[i] ?? a.items, b.prefix?.[i] ?? b.items)!,
    );
  }
  set(merged, "items", both(a.items, b.items));
  return merged;
}

function mergeProperties(a: Schema, b: Schema, merged: Schema): void {
  for (const [name, schema] of b.patternProperties) {
    const own = merged.patternProperties.get(name);
    merged.patternProperties.set(name, own ? both(own, schema)! : schema);
  }
  if (
    (a.patternProperties.size > 0 && b.properties.size > 0) ||
    (b.patternProperties.size > 0 && a.properties.size > 0)
  )
    throw unheld("patternProperties", `${(a.patternProperties.size > 0 ? a : b).at}/patternProperties`);
  for (const name of new Set([...a.properties.keys(), ...b.properties.keys()])) {
    const found = both(a.properties.get(name) ?? a.additional, b.properties.get(name) ?? b.additional);
    if (found) merged.properties.set(name, found);
  }
  set(merged, "additional", both(a.additional, b.additional));
  set(merged, "propertyNames", both(a.propertyNames, b.propertyNames));
  if (a.required || b.required) merged.required = new Set([...(a.required ?? []), ...(b.required ?? [])]);
}

/** Put together when it is looked at: a schema may hold itself. */
function both(a: Schema | undefined, b: Schema | undefined): Schema | undefined {
  if (!a || !b || a === b) return a ?? b;
  if (a.never || b.never) return { ...a, never: true };
  const empty = { unions: [], refs: [], properties: new Map(), patternProperties: new Map() };
  return { ...empty, at: b.at, all: [a, b] };
}

export function typesOfBoth(a: readonly JsonType[], b: readonly JsonType[]): JsonType[] {
  const holds = (types: readonly JsonType[], one: JsonType) =>
    types.includes(one) || (one === "integer" && types.includes("number"));
  return [...new Set([...a, ...b])].filter((one) => holds(a, one) && holds(b, one));
}

const most = (a: number | undefined, b: number | undefined, pick: (a: number, b: number) => number) =>
  a === undefined ? b : b === undefined ? a : pick(a, b);

function set<K extends keyof Schema>(schema: Schema, name: K, value: Schema[K] | undefined): void {
  if (value !== undefined) schema[name] = value;
}
