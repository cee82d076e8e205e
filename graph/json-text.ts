/**
 * JSON as people and programs write it into graph files. `JSON.parse` says little of what is wrong, keeps the last of two
 * equal keys and rounds numbers without a word: here each is a problem with its line.
 */
import { type Problem, problem, type Values } from "./problems";

export type JsonRead = { value: unknown } | { problem: Problem };

const no = (code: string, values: Values = {}): { problem: Problem } => ({
  problem: problem(code, {}, values),
});

/** UTF-8, or UTF-16 that says so by its byte order mark. */
export function decodeText(bytes: Uint8Array): { text: string } | { problem: Problem } {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "utf-8";
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return no("graph-encoding");
  }
}

export function readJsonText(given: string): JsonRead {
  const text = given.replace(/^\uFEFF/, "");
  const found = scan(text);
  if (found) return { problem: found };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return no("graph-not-json", { detail: (error as Error).message });
  }
}

const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$][\w$-]*/y;
const KNOWN: ReadonlySet<string> = new Set(["true", "false", "null"]);

/** Either the keys met so far in an object, or the number of items of a list. */
type Open = { keys: Set<string>; name: string } | { items: number };

/** The first thing that is wrong. One pass, without recursion: depth and length are those of a stranger's file. */
function scan(text: string): Problem | undefined {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match !== undefined) at += match.length;
    return match;
  };
  /** By hand: a pattern would need room for each of a stranger's millions of characters. */
  const takeString = (): string | undefined => {
    const start = at;
    if (text[at] !== '"') return undefined;
    for (at++; at < text.length; ) {
      const sign = text[at];
      if (sign === '"') return text.slice(start, ++at);
      if (sign! < " " || (sign === "\\" && take(ESCAPE) === undefined)) break;
      if (sign !== "\\") at++;
    }
    if (at < text.length) broken = at;
    at = start;
    return undefined;
  };
  /** Where a text ends that is not one: a line break in it, an escape that JSON does not know. */
  let broken: number | undefined;
  const fault = (code: string, values: Values = {}) => problem(code, {}, { ...placeOf(text, at), ...values });
  const field = (open: readonly Open[]) =>
    open.map((one) => ("keys" in one ? one.name : String(one.items))).join(".") || "telar";
  const open: Open[] = [];

  take(SPACE);
  if (at >= text.length) return problem("graph-text-empty", {});
  if (/^(---|%YAML|[A-Za-z_][\w-]*\s*:)/.test(text.slice(at, at + 200))) return fault("graph-yaml");
  for (;;) {
    take(SPACE);
    const value = takeValue();
    if (value) return value;
    // After a value: whatever ends here ends, then a comma, or all of it is read.
    for (;;) {
      take(SPACE);
      const inside = open.at(-1);
      if (!inside) return at < text.length ? unexpected("graph-json-after") : undefined;
      if (text[at] === ("keys" in inside ? "}" : "]")) {
        at++;
        open.pop();
        continue;
      }
      if (text[at] !== ",") return unexpected("graph-json-comma");
      at++;
      take(SPACE);
      if (text[at] === "}" || text[at] === "]") return fault("graph-json-trailing-comma");
      if ("items" in inside) inside.items++;
      const bad = "keys" in inside ? takeKey(inside) : undefined;
      if (bad) return bad;
      break;
    }
  }

  /** A whole value, or the opening of one with the first key of an object. Empty ones are closed at once. */
  function takeValue(): Problem | undefined {
    for (;;) {
      const first = text[at];
      if (first !== "{" && first !== "[") break;
      at++;
      take(SPACE);
      if (text[at] === (first === "{" ? "}" : "]")) {
        at++;
        return undefined;
      }
      const inside: Open = first === "{" ? { keys: new Set<string>(), name: "" } : { items: 0 };
      open.push(inside);
      const bad = "keys" in inside ? takeKey(inside) : undefined;
      if (bad) return bad;
      take(SPACE);
    }
    if (takeString() !== undefined) return undefined;
    const start = at;
    const number = take(NUMBER);
    if (number !== undefined && !/[\w.]/.test(text[at] ?? "")) {
      if (isExact(number)) return undefined;
      at = start;
      return fault("graph-number", { field: field(open), number: number.slice(0, 40) });
    }
    at = start;
    const word = take(WORD);
    if (word !== undefined && KNOWN.has(word)) return undefined;
    at = start;
    return unexpected("graph-json-value");
  }

  function takeKey(inside: { keys: Set<string>; name: string }): Problem | undefined {
    take(SPACE);
    const start = at;
    const quoted = takeString();
    if (quoted === undefined) return unexpected("graph-json-key");
    inside.name = JSON.parse(quoted) as string;
    if (inside.keys.has(inside.name)) {
      at = start;
      return fault("graph-key-twice", { key: inside.name.slice(0, 100), field: field(open) });
    }
    inside.keys.add(inside.name);
    take(SPACE);
    if (text[at] !== ":") return unexpected("graph-json-colon");
    at++;
    return undefined;
  }

  /** What stands here instead of what JSON wants, as far as it is a habit from elsewhere. */
  function unexpected(code: string): Problem {
    if (at >= text.length) return fault("graph-json-cut");
    const rest = text.slice(at, at + 40);
    if (/^(\/\/|\/\*|#)/.test(rest)) return fault("graph-json-comment");
    if (rest.startsWith("'")) return fault("graph-json-quotes");
    if (rest.startsWith('"') && code !== "graph-json-comma" && code !== "graph-json-colon") {
      if (broken === undefined) return fault("graph-json-cut");
      at = broken;
      return fault("graph-json-string");
    }
    if (rest.startsWith('"')) return fault(code);
    const word = /^[+-]?[A-Za-z_$][\w$-]*/.exec(rest)?.[0];
    if (word && code === "graph-json-key") return fault("graph-json-quotes");
    if (word && code === "graph-json-value") return fault("graph-json-word", { word });
    const known = code === "graph-json-comma" || code === "graph-json-after" || code === "graph-json-colon";
    return fault(known ? code : "graph-json-sign", { sign: [...rest][0] ?? "" });
  }
}

/** Whole numbers that JSON's reader would round to another, and what is no number any more. */
function isExact(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(text)) return true;
  // As JavaScript writes it, or truly that number.
  return String(value) === text || BigInt(value) === BigInt(text);
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  return { line, column: at - before.lastIndexOf("\n") };
}
