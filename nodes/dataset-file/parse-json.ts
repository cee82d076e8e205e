/** JSON as people's programs write it: integers of any size stay exact, and Python's `NaN` and `Infinity` are read as null. */
import { randomUUID } from "node:crypto";

/** `missing`: how many numbers that are none were read as null. Integers beyond 2^53 are `bigint` at the top, texts deeper down. */
export type Parsed = { value: unknown; missing: number };

/** Digits in a row that a double may not hold. */
const LONG = /\d{16}/;
const NO_NUMBER = /NaN|Infinity/;
/** Texts, numbers, and numbers that are none; what lies between them is of no interest. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|-?(?:NaN|Infinity)\b/gs;

/** Of this process alone: no file can write it. */
const MARK = `${randomUUID()}:`;

/** @throws SyntaxError as `JSON.parse` */
export function parseJson(text: string): Parsed {
  const long = LONG.test(text);
  if (!long) {
    try {
      return { value: JSON.parse(text), missing: 0 };
    } catch (error) {
      if (!NO_NUMBER.test(text)) throw error;
    }
  }
  let missing = 0;
  let marked = false;
  const plain = text.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return token;
    if (NO_NUMBER.test(token)) {
      missing++;
      return "null";
    }
    if (!isInexact(token)) return token;
    marked = true;
    return `"${MARK}${token}"`;
  });
  const value: unknown = JSON.parse(plain);
  return { value: marked ? unmarked(value, 0) : value, missing };
}

/** An integer that a double cannot hold. Numbers with a fraction or an exponent are doubles. */
const isInexact = (token: string) =>
  /^-?\d{16,}$/.test(token) &&
  !token.startsWith("0") &&
  !token.startsWith("-0") &&
  String(Number(token)) !== token;

/** Objects and lists are those that `JSON.parse` made just now, so they may be changed. */
function unmarked(value: unknown, depth: number): unknown {
  if (typeof value === "string") {
    if (!value.startsWith(MARK)) return value;
    const digits = value.slice(MARK.length);
    return depth === 1 ? BigInt(digits) : digits;
  }
  if (typeof value !== "object" || value === null) return value;
  const parts = value as Record<string, unknown>;
  for (const key of Object.keys(parts)) parts[key] = unmarked(parts[key], depth + 1);
  return value;
}
