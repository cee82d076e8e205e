/** JSON with Python's numbers: 1.0 is no 1, and whole numbers have no largest one. */
import { jsonNumber } from "./json";
import { Float } from "./values";

const NUMBER_OR_TEXT = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** As JavaScript writes it, with the numbers of `parseExactJson`. */
export function compactJson(value: unknown): string {
  if (value instanceof Float) return jsonNumber(value.value);
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(compactJson).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  return `{${Object.entries(value)
    .map(([name, inner]) => `${JSON.stringify(name)}:${compactJson(inner)}`)
    .join(",")}}`;
}

/**
 * The data of a JSON text: numbers with a fraction or an exponent are `Float`, whole ones beyond 2^53 are bigint.
 * @throws SyntaxError when the text is no JSON
 */
export function parseExactJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  const exact = (number: string) => /[.eE]/.test(number) || !Number.isSafeInteger(Number(number));
  const numbers = text.match(NUMBER_OR_TEXT)?.filter((part) => part[0] !== '"') ?? [];
  if (!numbers.some(exact)) return plain;
  let mark = "number:";
  while (text.includes(mark)) mark += ":";
  const marked = text.replace(NUMBER_OR_TEXT, (part) =>
    part[0] !== '"' && exact(part) ? `"${mark}${part}"` : part,
  );
  const unmark = (value: unknown): unknown => {
    if (typeof value === "string" && value.startsWith(mark)) {
      const number = value.slice(mark.length);
      return /[.eE]/.test(number) ? new Float(Number(number)) : BigInt(number);
    }
    if (Array.isArray(value)) return value.map(unmark);
    if (value === null || typeof value !== "object") return value;
    for (const [name, inner] of Object.entries(value))
      Object.defineProperty(value, name, {
        value: unmark(inner),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    return value;
  };
  return unmark(JSON.parse(marked));
}
