/**
 * Keys that serialisers refuse, since on a careless reader they would reach a prototype: in what Telar sends they are names of
 * nodes, ports and metrics like any other. On the way they bear a `~` in front.
 */

const RISKY = /^~*(?:__proto__|constructor|prototype)$/;
const MARKED = /^~+(?:__proto__|constructor|prototype)$/;

type Transformer = { serialize(value: unknown): unknown; deserialize(value: never): unknown };

/** The same transformer for values with keys of any name. Both ends must use it. */
export const withAnyKeys = <T extends Transformer>(inner: T): T => ({
  ...inner,
  serialize: (value: unknown) => inner.serialize(rename(value, RISKY, (key) => `~${key}`)),
  deserialize: (value: never) => rename(inner.deserialize(value), MARKED, (key) => key.slice(1)),
});

/** The value itself where no key of it is to be renamed. */
function rename(value: unknown, which: RegExp, to: (key: string) => string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => rename(item, which, to));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  let same = true;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => {
    const [name, held] = [which.test(key) ? to(key) : key, rename(inner, which, to)];
    if (name !== key || held !== inner) same = false;
    return [name, held];
  });
  return same ? value : Object.fromEntries(entries);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
