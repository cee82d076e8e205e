import { byName } from "@/graph/by-name";

/** Keeps every part of the previous value that is equal in the next one, so that readers of an unchanged part see the same reference. */
export function share<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) {
    const merged = next.map((item, k) => share(previous[k], item));
    return same(previous, merged) ? (previous as T) : (merged as T);
  }
  if (isPlain(previous) && isPlain(next)) {
    const before = new Map(Object.entries(previous));
    const merged = Object.entries(next).map(([key, value]) => [key, share(before.get(key), value)] as const);
    const equal =
      merged.length === before.size &&
      merged.every(([key, value]) => before.has(key) && Object.is(value, before.get(key)));
    if (equal) return previous as T;
    // Not by assignment: a key may be called `__proto__`.
    return (Object.getPrototypeOf(next) === null ? byName(merged) : Object.fromEntries(merged)) as T;
  }
  return next;
}

/** Lists of things with an id share by id, so that adding one does not renew its neighbours. */
export function shareById<T extends { id: string }>(previous: readonly T[], next: T[]): T[] {
  const old = new Map(previous.map((item) => [item.id, item]));
  const merged = next.map((item) => share(old.get(item.id), item));
  return same(previous, merged) ? (previous as T[]) : merged;
}

const same = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((item, k) => Object.is(item, b[k]));

/** With or without a prototype: what is keyed by names from outside has none. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
