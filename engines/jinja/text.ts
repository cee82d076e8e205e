/** How Python prints values. */
import type { Budget } from "./budget";
import { TemplateError } from "./template-error";
import {
  Callable,
  Float,
  isAstral,
  Loop,
  letters,
  Markup,
  MOST_DEPTH,
  Namespace,
  Stream,
  Tuple,
  Undefined,
  type Value,
  View,
} from "./values";

/** HTML's five characters, as markupsafe writes them. */
const HTML = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ["'", "&#39;"],
  ['"', "&#34;"],
]);
export const escapeHtml = (text: string) => new Markup(text.replace(/[&<>'"]/g, (one) => HTML.get(one)!));

/** `str(value)`; nothing for what is undefined. */
export function textOf(value: Value, budget: Budget): string {
  if (typeof value === "string") return value;
  if (value instanceof Undefined) return "";
  if (value instanceof Markup) return value.text;
  return representation(value, budget);
}

/** `repr(value)`. */
export function representation(value: Value, budget: Budget, depth = 0): string {
  budget.spend(1);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "string") return quoted(budget.text(value), budget.unescaped);
  if (value instanceof Float) return floatText(value.value);
  if (depth > MOST_DEPTH) throw new TemplateError("a value is nested too deeply to be printed");
  const list = (items: readonly Value[]) =>
    items.map((item) => representation(item, budget, depth + 1)).join(", ");
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (value instanceof Tuple)
    return value.items.length === 1 ? `(${list(value.items)},)` : `(${list(value.items)})`;
  if (value instanceof Map)
    return `{${[...value].map(([key, one]) => `${representation(key, budget)}: ${representation(one, budget, depth + 1)}`).join(", ")}}`;
  if (value instanceof View) return value.shown ?? `${value.kind}([${list(value.items)}])`;
  if (value instanceof Undefined) return "Undefined";
  if (value instanceof Markup) return `Markup(${quoted(value.text, budget.unescaped)})`;
  if (
    value instanceof Stream ||
    value instanceof Callable ||
    value instanceof Loop ||
    value instanceof Namespace
  )
    throw new TemplateError("a generator, function, namespace or loop cannot be printed");
  throw new TemplateError("a value cannot be printed");
}

/** The shortest digits that give this number back, with Python's limits of the exponent. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const sign = exponent < 0 ? "-" : "+";
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const plain =
    exponent < 0
      ? value.toFixed(Math.max(0, digits.replace(/[-.]/g, "").length - 1 - exponent))
      : String(value);
  return plain.includes(".") ? plain : `${plain}.0`;
}

const NOT_PRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u;

/** `str.isprintable` of one letter. */
export const isPrintable = (letter: string) => letter === " " || !NOT_PRINTABLE.test(letter);

function quoted(text: string, unescaped: readonly string[]): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const letter of isAstral(text) ? letters(text) : text) {
    if (letter === quote || letter === "\\") out += `\\${letter}`;
    else if (letter === "\n") out += "\\n";
    else if (letter === "\r") out += "\\r";
    else if (letter === "\t") out += "\\t";
    else if (!isPrintable(letter) && !unescaped.includes(letter)) {
      const code = letter.codePointAt(0)!;
      const hex = code.toString(16);
      out +=
        code < 0x100
          ? `\\x${hex.padStart(2, "0")}`
          : code < 0x10000
            ? `\\u${hex.padStart(4, "0")}`
            : `\\U${hex.padStart(8, "0")}`;
    } else out += letter;
  }
  return out + quote;
}
