/**
 * Values on their way into PostgreSQL. `jsonb` refuses NUL and half a surrogate pair, and JSON has no NaN: what a library
 * prints or a file holds must neither be lost for that nor take its neighbours along.
 */
import { isStorableText, storableText } from "@/graph/storable";

/** Deeper than anything Telar writes; what goes in a circle ends here. */
const DEPTH = 200;
const TOO_DEEP = "…";

/** JSON text that `jsonb` takes: what it refuses in text becomes U+FFFD, a number that JSON has not its name. Never throws. */
export function jsonParam(value: unknown): string {
  const given = value ?? null;
  return JSON.stringify(isStorable(given, 0) ? given : storable(given, 0));
}

function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "bigint") return false;
  if (typeof value !== "object" || value === null) return true;
  if (depth > DEPTH) return false;
  if (Array.isArray(value)) return value.every((one) => isStorable(one, depth + 1));
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  if ("toJSON" in value) return false;
  for (const name in value)
    if (!isStorableText(name) || !isStorable((value as Record<string, unknown>)[name], depth + 1))
      return false;
  return true;
}

function storable(value: unknown, depth: number): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEPTH) return TOO_DEEP;
  if ("toJSON" in value && typeof value.toJSON === "function") return storable(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return value.map((one) => storable(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [storableText(name), storable(inner, depth + 1)]),
  );
}
