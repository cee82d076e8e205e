import { GRAPH_LIMITS } from "../limits";
import { isStorableText } from "../storable";

/** Objects of a draft are never changed in place: what was looked through once needs no second look. */
const sizes = new WeakMap<object, number | null>();

/**
 * How many characters a value has as JSON, where it is JSON that can be stored and reads back as itself; null where it is
 * not: NaN, binary, other prototypes, too deep, halves of characters.
 */
export function jsonSize(value: unknown): number | null {
  if (typeof value !== "object" || value === null)
    return isJson(value, 0) ? JSON.stringify(value).length : null;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  const size = isJson(value, 0) ? JSON.stringify(value).length : null;
  sizes.set(value, size);
  return size;
}

/** A graph file counts its depth from the root: four above a parameter. */
const DEPTH = GRAPH_LIMITS.depth - 4;

function isJson(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === "boolean" || value === null) return true;
  if (typeof value !== "object" || depth > DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  // Yjs tells values apart by their constructor: in an object of its own it takes this key for that.
  if (depth === 0 && Object.hasOwn(value, "constructor")) return false;
  return Object.entries(value).every(
    ([key, item]) => key !== "__proto__" && isStorableText(key) && isJson(item, depth + 1),
  );
}
