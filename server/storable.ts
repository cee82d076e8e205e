/**
 * Values on their way into PostgreSQL. `jsonb` refuses NUL and half a surrogate pair, and JSON has no NaN: what a library
 * prints or a file holds must neither be lost for that nor take its neighbours along.
 */
import { storableText } from "@/graph/storable";

const REFUSED_TEXT = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i;

/** JSON text that `jsonb` takes: what it refuses in text becomes U+FFFD, a number that is not finite its name. */
export function jsonParam(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  // Only `null` can stand for a number that is not finite.
  if (!REFUSED_TEXT.test(text) && !text.includes("null")) return text;
  return JSON.stringify(storable(value ?? null));
}

function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value !== "object" || value === null) return value;
  if ("toJSON" in value && typeof value.toJSON === "function") return storable(value.toJSON());
  if (Array.isArray(value)) return value.map(storable);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [storableText(name), storable(inner)]),
  );
}
