/** `tojson` as Transformers defines it: Python's json.dumps with letters of every script left as they are. */
import type { Budget } from "./budget";
import { TemplateError } from "./template-error";
import { floatText } from "./text";
import { Float, type Key, Markup, MOST_DEPTH, Tuple, typeName, Undefined, type Value } from "./values";

export type JsonOptions = {
  ascii: boolean;
  indent: string | undefined;
  separators: [string, string];
  sort: boolean;
};

export function toJson(value: Value, options: JsonOptions, budget: Budget, depth = 0): string {
  budget.spend(1);
  if (depth > MOST_DEPTH) throw new TemplateError("a value is nested too deeply for tojson");
  if (value === null) return "null";
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "bigint")
    return String(value);
  if (typeof value === "string") return jsonText(budget.text(value), options.ascii, budget.unescaped);
  if (value instanceof Float) return jsonNumber(value.value);
  if (value instanceof Markup) return jsonText(value.text, options.ascii, budget.unescaped);
  const items = value instanceof Tuple ? value.items : value;
  if (Array.isArray(items))
    return wrap(
      "[",
      items.map((item) => toJson(item as Value, options, budget, depth + 1)),
      "]",
      options,
      depth,
    );
  if (value instanceof Map) {
    const entries = [...value].map(([key, one]): [string, Value] => [jsonKey(key), one]);
    if (options.sort) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const parts = entries.map(
      ([key, one]) =>
        jsonText(key, options.ascii, budget.unescaped) +
        options.separators[1] +
        toJson(one, options, budget, depth + 1),
    );
    return wrap("{", parts, "}", options, depth);
  }
  if (value instanceof Undefined) throw new TemplateError(`tojson: ${value.hint}`);
  throw new TemplateError(`Object of type ${typeName(value)} is not JSON serializable`);
}

function wrap(
  open: string,
  parts: string[],
  close: string,
  { indent, separators }: JsonOptions,
  depth: number,
): string {
  if (parts.length === 0) return open + close;
  if (indent === undefined) return open + parts.join(separators[0]) + close;
  const line = `\n${indent.repeat(depth + 1)}`;
  return `${open}${line}${parts.join(separators[0] + line)}\n${indent.repeat(depth)}${close}`;
}

function jsonKey(key: Key): string {
  if (typeof key === "string") return key;
  if (key === null) return "null";
  if (typeof key === "boolean" || typeof key === "bigint") return String(key);
  return Number.isSafeInteger(key) ? String(key) : jsonNumber(key);
}

export function jsonNumber(value: number): string {
  if (Number.isFinite(value)) return floatText(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

const SHORT = new Map([
  ["\\", "\\\\"],
  ['"', '\\"'],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function jsonText(text: string, ascii: boolean, unescaped: readonly string[]): string {
  const [mark] = unescaped;
  if (ascii && mark !== undefined && text.includes(mark))
    return `"${text
      .split(mark)
      .map((part) => jsonText(part, ascii, unescaped.slice(1)).slice(1, -1))
      .join(mark)}"`;
  if (ascii && unescaped.length > 1) return jsonText(text, ascii, unescaped.slice(1));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes exactly these
  const pattern = ascii ? /[\\"]|[^ -~]/g : /[\u0000-\u001f\\"]/g;
  const escaped = (unit: string) =>
    SHORT.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `"${text.replace(pattern, escaped)}"`;
}
