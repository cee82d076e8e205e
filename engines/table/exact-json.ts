/** JSON of which no number loses digits: what a double cannot give back is kept as it is written. */
import { randomUUID } from "node:crypto";

/** A number as its file writes it, because no double has its value. */
export class Digits {
  constructor(readonly text: string) {}
  /** Only `exactJson` writes it: there it is the number again. */
  toJSON(): string {
    return MARK + this.text;
  }
}

/** Begins the texts that stand for numbers while they pass through `JSON`. No file can know it. */
const MARK = `digits-${randomUUID()}:`;
const MARKED = new RegExp(`"${MARK}([^"]*)"`, "g");

/** Such numbers come as what `keep` makes of their digits. Throws SyntaxError as `JSON.parse` does. */
export function parseExact(json: string, keep: (digits: string) => unknown): unknown {
  const value: unknown = JSON.parse(json);
  if (!MAYBE_WIDE.test(json)) return value;
  const marked = markWide(json);
  return marked === json ? value : unmark(JSON.parse(marked), keep);
}

export function exactJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.includes(MARK) ? json.replace(MARKED, "$1") : json;
}

/** Sixteen digits, or an exponent of three: most texts have neither. */
const MAYBE_WIDE = /\d[\d.]{15}|\d[eE][+-]?\d{3}/;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The text with each wide number in quotes and marked. */
function markWide(json: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json.charCodeAt(at);
    if (char === 34) at = closingQuote(json, at);
    else if (char === 45 || (char >= 48 && char <= 57)) {
      NUMBER.lastIndex = at;
      const digits = NUMBER.exec(json)?.[0] ?? "-";
      if (isWide(digits)) {
        parts.push(json.slice(from, at), `"${MARK}${digits}"`);
        from = at + digits.length;
      }
      at += digits.length - 1;
    }
  }
  return parts.length === 0 ? json : parts.join("") + json.slice(from);
}

function closingQuote(json: string, open: number): number {
  let at = json.indexOf('"', open + 1);
  for (;;) {
    let slashes = 0;
    while (json.charCodeAt(at - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return at;
    at = json.indexOf('"', at + 1);
  }
}

/** Whether no double has the value: a whole number beyond 2^53, more digits than a double gives back, or no end. */
export function isWide(digits: string): boolean {
  const number = Number(digits);
  if (/^-?\d+$/.test(digits)) return !Number.isSafeInteger(number);
  return !Number.isFinite(number) || plain(digits) !== plain(String(number));
}

/** Significant digits and the power of ten behind them: the same for `0.50`, `5e-1` and `0.5`. */
function plain(digits: string): string {
  const [, sign, whole, part = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(digits)!;
  const all = (whole + part).replace(/^0+/, "");
  const short = all.replace(/0+$/, "");
  if (short === "") return "0";
  return `${sign}${short}e${Number(power) - part.length + all.length - short.length}`;
}

function unmark(value: unknown, keep: (digits: string) => unknown): unknown {
  if (typeof value === "string") return value.startsWith(MARK) ? keep(value.slice(MARK.length)) : value;
  if (Array.isArray(value)) return value.map((item) => unmark(item, keep));
  if (typeof value !== "object" || value === null) return value;
  for (const key of Object.keys(value)) {
    const before = (value as Record<string, unknown>)[key];
    const after = unmark(before, keep);
    if (after !== before)
      Object.defineProperty(value, key, {
        value: after,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return value;
}
