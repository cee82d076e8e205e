/** Whether options exclude each other, so that a value of one is never a value of another. */
import { limits } from "./limits";
import { typesOfBoth } from "./merge";
import { canonical, type JsonType, type Schema, typeOf } from "./read-schema";

type Flat = (schema: Schema) => Schema;

/** False where it cannot be shown. */
export function areApart(options: readonly Schema[], flat: Flat): boolean {
  return options.every((a, i) => options.slice(i + 1).every((b) => apart(a, b, flat, 0)));
}

function apart(a: Schema, b: Schema, flat: Flat, depth: number): boolean {
  if (depth > 8) return false;
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const union = one.unions[0];
    if (union && union.options.length <= limits.depth)
      return union.options.every((option) => apart(flat(option), other, flat, depth + 1));
  }
  const [typesA, typesB] = [kinds(a), kinds(b)];
  if (typesA && typesB && typesOfBoth(typesA, typesB).length === 0) return true;
  if (a.values && b.values) {
    const texts = new Set(a.values.map(canonical));
    return !b.values.some((one) => texts.has(canonical(one)));
  }
  return onlyObjects(typesA) && onlyObjects(typesB) && objectsApart(a, b, flat, depth);
}

function objectsApart(a: Schema, b: Schema, flat: Flat, depth: number): boolean {
  const names = new Set([...(a.required ?? []), ...(b.required ?? [])]);
  for (const name of names) {
    const [inA, inB] = [a.properties.get(name), b.properties.get(name)];
    const [mustA, mustB] = [a.required?.has(name), b.required?.has(name)];
    // The one has it always, the other never.
    if (mustA && !inB && b.additional?.never) return true;
    if (mustB && !inA && a.additional?.never) return true;
    if (mustA && mustB && inA && inB && apart(flat(inA), flat(inB), flat, depth + 1)) return true;
  }
  return false;
}

function kinds({ types, values }: Schema): JsonType[] | undefined {
  return values ? [...new Set(values.map(typeOf))] : types;
}

const onlyObjects = (types: JsonType[] | undefined) => types?.every((one) => one === "object") ?? false;
