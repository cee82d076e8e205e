/** Grammars in llama.cpp's notation (GBNF), as text: what JSON's strings, numbers and repetitions look like in it. */
import { limits } from "./limits";
import type { Pattern, Range } from "./pattern";
import { tooLarge } from "./schema-error";

/** Rules by name; equal bodies share one. An expression is text that may stand inside a rule. */
export class Grammar {
  private readonly names = new Map<string, string>();
  private readonly bodies = new Map<string, string>();
  private size = 0;

  /** A name for what is known later: rules may lead back to themselves. */
  reserve(): string {
    const name = `r${this.bodies.size}`;
    this.bodies.set(name, "");
    return name;
  }

  define(name: string, body: string): void {
    this.size += name.length + body.length;
    if (this.size > limits.grammarChars) throw tooLarge("grammarChars", limits.grammarChars);
    this.bodies.set(name, body);
  }

  rule(body: string): string {
    if (/^r\d+$/.test(body)) return body;
    const known = this.names.get(body);
    if (known) return known;
    const name = this.reserve();
    this.names.set(body, name);
    this.define(name, body);
    return name;
  }

  text(root: string): string {
    return [`root ::= ${root}`, ...[...this.bodies].map(([name, body]) => `${name} ::= ${body}`), ""].join(
      "\n",
    );
  }
}

/** llama.cpp writes repetitions out: larger ones are made of blocks. */
const BLOCK = 64;

/** `item` so many times; no upper bound when `max` is undefined. */
export function repeat(grammar: Grammar, item: string, min: number, max: number | undefined): string {
  if (max === 0) return '""';
  const one = grammar.rule(item);
  if (max === undefined)
    return min === 0 ? `${one}*` : min === 1 ? `${one}+` : `${exactly(grammar, one, min)} ${one}*`;
  if (min === max) return exactly(grammar, one, min);
  const more = upTo(grammar, one, max - min);
  return min === 0 ? more : `${exactly(grammar, one, min)} ${more}`;
}

function exactly(grammar: Grammar, item: string, times: number): string {
  if (times === 0) return '""';
  if (times <= BLOCK) return times === 1 ? item : `${item}{${times}}`;
  const blocks = exactly(grammar, grammar.rule(`${item}{${BLOCK}}`), Math.floor(times / BLOCK));
  return `${blocks} ${exactly(grammar, item, times % BLOCK)}`;
}

function upTo(grammar: Grammar, item: string, times: number): string {
  if (times <= BLOCK) return times === 1 ? `${item}?` : `${item}{0,${times}}`;
  const block = grammar.rule(`${item}{${BLOCK}}`);
  const whole = Math.floor(times / BLOCK);
  const short = `${upTo(grammar, block, whole - 1)} ${item}{0,${BLOCK - 1}}`;
  const full = `${exactly(grammar, block, whole)} ${upTo(grammar, item, times % BLOCK)}`;
  return `(${whole === 1 ? `${item}{0,${BLOCK - 1}}` : short} | ${times % BLOCK === 0 ? exactly(grammar, block, whole) : full})`;
}

export const choice = (options: readonly string[]): string => {
  const distinct = [...new Set(options)];
  return distinct.length === 1 ? distinct[0]! : `(${distinct.join(" | ")})`;
};

/** A text as it stands in an answer. */
export const literal = (text: string): string =>
  text === "" ? '""' : `"${[...text].map((char) => escaped(char.codePointAt(0)!)).join("")}"`;

function escaped(point: number, always = false): string {
  const char = String.fromCodePoint(point);
  if (!always && /[A-Za-z0-9 {}:,_.+/-]/.test(char)) return char;
  if (point <= 0xff) return `\\x${point.toString(16).padStart(2, "0")}`;
  if (point <= 0xffff) return `\\u${point.toString(16).padStart(4, "0")}`;
  return `\\U${point.toString(16).padStart(8, "0")}`;
}

const inSet = (point: number): string =>
  /[A-Za-z0-9]/.test(String.fromCodePoint(point)) ? String.fromCodePoint(point) : escaped(point, true);
const set = (ranges: readonly Range[]): string =>
  `[${ranges.map(([from, to]) => (from === to ? inSet(from) : `${inSet(from)}-${inSet(to)}`)).join("")}]`;

/** Characters that JSON writes as they are: no quote, no backslash, no controls, no halves of surrogate pairs. */
const PLAIN: Range[] = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0x7e],
  [0xa0, 0xd7ff],
  [0xe000, 0x10ffff],
];
const SPELLED: [number, string][] = [
  [0x22, '"\\x5c\\x22"'],
  [0x5c, '"\\x5c\\x5c"'],
  [0x0a, '"\\x5cn"'],
  [0x09, '"\\x5ct"'],
  [0x0d, '"\\x5cr"'],
];

/** One character of a JSON string, out of those in the ranges; undefined when none can be written. */
export function jsonChar(ranges: readonly Range[]): string | undefined {
  const plain = PLAIN.flatMap(([low, high]) =>
    ranges.flatMap(([from, to]): Range[] => {
      const both: Range = [Math.max(low, from), Math.min(high, to)];
      return both[0] <= both[1] ? [both] : [];
    }),
  );
  const spelled = SPELLED.filter(([point]) => ranges.some(([from, to]) => from <= point && point <= to));
  const options = [...(plain.length ? [set(plain)] : []), ...spelled.map(([, spelling]) => spelling)];
  return options.length ? choice(options) : undefined;
}

export const ANY_CHAR = jsonChar([[0, 0x10ffff]])!;

/** What stands between the quotes; undefined when nothing can match. */
export function patternBody(grammar: Grammar, pattern: Pattern): string | undefined {
  switch (pattern.is) {
    case "chars":
      return jsonChar(pattern.ranges);
    case "sequence": {
      const items = pattern.items.map((item) => patternBody(grammar, item));
      return items.includes(undefined) ? undefined : items.filter((item) => item !== '""').join(" ") || '""';
    }
    case "choice": {
      const options = pattern.options.flatMap((option) => patternBody(grammar, option) ?? []);
      return options.length ? choice(options) : undefined;
    }
    case "repeat": {
      const item = patternBody(grammar, pattern.item);
      if (item === undefined) return pattern.min === 0 ? '""' : undefined;
      return item === '""' ? item : repeat(grammar, item, pattern.min, pattern.max);
    }
    case "start":
    case "end":
      return '""';
  }
}

/** Strings out of a list, by what they begin with: a choice of a thousand texts would be tried one by one. */
export function oneOfTexts(texts: readonly string[]): string {
  const spelled = [...new Set(texts)].map((text) => [...JSON.stringify(text).slice(1, -1)]);
  return `"\\x22" ${branches(spelled, 0)} "\\x22"`;
}

function branches(texts: readonly string[][], at: number): string {
  const byFirst = grouped(texts, (text) => text[at]);
  if (byFirst.size === 1) {
    let end = at;
    const [first] = texts;
    while (texts.every((text) => text[end] !== undefined && text[end] === first![end])) end++;
    if (end > at) {
      const common = literal(first!.slice(at, end).join(""));
      return texts.length === 1 && end === first!.length ? common : `${common} ${branches(texts, end)}`;
    }
    return '""';
  }
  const options = [...byFirst].map(([char, rest]) =>
    char === undefined ? '""' : `${literal(char)} ${branches(rest, at + 1)}`,
  );
  return `(${options.join(" | ")})`;
}

/** A string that is none of these. */
export function otherThan(grammar: Grammar, texts: readonly string[]): string {
  const char = grammar.rule(ANY_CHAR);
  if (texts.length === 0) return `"\\x22" ${char}* "\\x22"`;
  // Names that JSON writes with escapes are left to the check of the answer.
  const plain = texts.filter((text) => JSON.stringify(text).slice(1, -1) === text).map((text) => [...text]);
  const without = (named: readonly string[][], at: number): string => {
    const byFirst = grouped(
      named.filter((text) => text.length > at),
      (text) => text[at]!,
    );
    const ends = named.some((text) => text.length === at);
    const firsts = [...byFirst.keys()].map((one) => one.codePointAt(0)!);
    const rest = jsonChar(complementOf(firsts))!;
    const options = [
      ...[...byFirst].map(([first, more]) => `${literal(first)} ${without(more, at + 1)}`),
      `${rest} ${char}*`,
      ...(ends ? [] : ['""']),
    ];
    return `(${options.join(" | ")})`;
  };
  return `"\\x22" ${without(plain, 0)} "\\x22"`;
}

function complementOf(points: readonly number[]): Range[] {
  const out: Range[] = [];
  let next = 0;
  for (const point of [...new Set(points)].sort((a, b) => a - b)) {
    if (point > next) out.push([next, point - 1]);
    next = point + 1;
  }
  out.push([next, 0x10ffff]);
  return out;
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
