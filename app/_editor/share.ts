/** Keeps every part of the previous value that is equal in the next one, so that readers of an unchanged part see the same reference. */
export function share<T>(previous: unknown, next: T): T {
  if (Object.is(previous, next)) return next;
  if (Array.isArray(previous) && Array.isArray(next)) {
    const merged = next.map((item, k) => share(previous[k], item));
    return same(previous, merged) ? (previous as T) : (merged as T);
  }
  if (isPlain(previous) && isPlain(next)) {
    const merged: Record<string, unknown> = {};
    let equal = Object.keys(previous).length === Object.keys(next).length;
    for (const [key, value] of Object.entries(next)) {
      merged[key] = share(previous[key], value);
      equal &&= key in previous && Object.is(merged[key], previous[key]);
    }
    return equal ? (previous as T) : (merged as T);
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

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
