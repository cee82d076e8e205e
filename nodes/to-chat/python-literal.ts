/** A Python literal, as `repr` writes lists and dicts into a CSV cell: strings, numbers, `True`, `False`, `None`, lists, tuples, dicts. Pure. */
import type { Cell } from "@/engines/table";

/** Deeper than any row of data. */
const DEPTH = 100;

/** Undefined for a text that is no such literal from its beginning to its end. */
export function pythonLiteral(text: string): Cell | undefined {
  const reader = new Reader(text);
  try {
    const value = reader.value(0);
    reader.space();
    return reader.at === text.length ? value : undefined;
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

const WORDS = new Map<string, Cell>([
  ["True", true],
  ["False", false],
  ["None", null],
  ["nan", null],
]);
const ESCAPES = new Map<string, string>([
  ...[["n", "\n"] as const, ["t", "\t"] as const, ["r", "\r"] as const],
  ...[["\\", "\\"] as const, ["'", "'"] as const, ['"', '"'] as const],
  ...[["a", "\x07"] as const, ["b", "\b"] as const, ["f", "\f"] as const, ["v", "\v"] as const],
  ["\n", ""] as const,
]);

class Reader {
  at = 0;
  constructor(private readonly text: string) {}

  value(depth: number): Cell {
    this.space();
    const char = this.text[this.at];
    if (depth > DEPTH || char === undefined) throw new NoLiteral();
    if (char === "[") return this.list("]", depth);
    if (char === "(") return this.list(")", depth);
    if (char === "{") return this.dict(depth);
    if (char === "'" || char === '"') return this.strings();
    const [word] = this.match(/[-+\w.]+/y);
    if (WORDS.has(word)) return WORDS.get(word)!;
    if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word)) throw new NoLiteral();
    // Digits that a double does not hold stay text.
    return /^-?\d{16,}$/.test(word) && String(Number(word)) !== word ? word : Number(word);
  }

  space(): void {
    this.match(/\s*/y);
  }

  private list(end: string, depth: number): Cell[] {
    this.at++;
    const items: Cell[] = [];
    for (;;) {
      this.space();
      if (this.take(end)) return items;
      items.push(this.value(depth + 1));
      this.space();
      if (!this.take(",") && this.text[this.at] !== end) throw new NoLiteral();
    }
  }

  private dict(depth: number): Cell {
    this.at++;
    const entries: [string, Cell][] = [];
    for (;;) {
      this.space();
      if (this.take("}")) return Object.fromEntries(entries);
      const key = this.value(depth + 1);
      if (typeof key === "object") throw new NoLiteral();
      this.space();
      if (!this.take(":")) throw new NoLiteral();
      entries.push([String(key), this.value(depth + 1)]);
      this.space();
      if (!this.take(",") && this.text[this.at] !== "}") throw new NoLiteral();
    }
  }

  /** Strings that stand side by side are one. */
  private strings(): string {
    let whole = "";
    for (;;) {
      const quote = this.text[this.at++]!;
      const [body] = this.match(quote === "'" ? /(?:[^'\\\n]|\\[\s\S])*/y : /(?:[^"\\\n]|\\[\s\S])*/y);
      if (!this.take(quote)) throw new NoLiteral();
      whole += unescaped(body);
      this.space();
      const next = this.text[this.at];
      if (next !== "'" && next !== '"') return whole;
    }
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) throw new NoLiteral();
    this.at = pattern.lastIndex;
    return found;
  }
}

/** An escape that Python does not know stays as it is. */
const unescaped = (body: string) =>
  body.replace(
    /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|[\s\S])/g,
    (found, code: string) => {
      if (/^[xuU]/.test(code) && code.length > 1) return fromCode(Number.parseInt(code.slice(1), 16), found);
      if (/^[0-7]/.test(code)) return fromCode(Number.parseInt(code, 8), found);
      return ESCAPES.get(code) ?? found;
    },
  );

const fromCode = (code: number, otherwise: string) =>
  code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
