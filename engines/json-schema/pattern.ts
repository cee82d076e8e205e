/**
 * Regular expressions of ECMA-262, as JSON Schema's `pattern` has them, read into a tree: what a grammar can hold of them.
 * What it cannot (looking ahead or behind, back references, `\b`, `\p`) is refused.
 */
import { limits } from "./limits";

/** Code points, first and last. */
export type Range = readonly [number, number];

export type Pattern =
  | { is: "chars"; ranges: Range[] }
  | { is: "sequence"; items: Pattern[] }
  | { is: "choice"; options: Pattern[] }
  | { is: "repeat"; item: Pattern; min: number; max: number | undefined }
  | { is: "start" | "end" };

export class PatternUnheld extends Error {}

const LAST = 0x10ffff;
const DIGIT: Range[] = [[48, 57]];
const WORD: Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];
const SPACE: Range[] = [
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: Range[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
];
const CLASSES = new Map<string, Range[]>([
  ["d", DIGIT],
  ["D", complement(DIGIT)],
  ["w", WORD],
  ["W", complement(WORD)],
  ["s", SPACE],
  ["S", complement(SPACE)],
]);
const CONTROLS = new Map([
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["f", 12],
  ["0", 0],
]);

export function complement(ranges: readonly Range[]): Range[] {
  const out: Range[] = [];
  let next = 0;
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (from > next) out.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= LAST) out.push([next, LAST]);
  return out;
}

/** Of texts that match as a whole: where the pattern is not anchored, anything may stand around it. @throws PatternUnheld */
export function readPattern(source: string): Pattern {
  const whole = parse(source);
  const options = whole.is === "choice" ? whole.options : [whole];
  return { is: "choice", options: options.map(anchored) };
}

const ANY: Pattern = {
  is: "repeat",
  item: { is: "chars", ranges: [[0, LAST]] },
  min: 0,
  max: undefined,
};

function anchored(option: Pattern): Pattern {
  const items = option.is === "sequence" ? [...option.items] : [option];
  if (items[0]?.is === "start") items.shift();
  else items.unshift(ANY);
  if (items.at(-1)?.is === "end") items.pop();
  else items.push(ANY);
  if (items.some(holdsAnchor)) throw new PatternUnheld("an anchor inside");
  return { is: "sequence", items };
}

function holdsAnchor(node: Pattern): boolean {
  switch (node.is) {
    case "start":
    case "end":
      return true;
    case "chars":
      return false;
    case "sequence":
      return node.items.some(holdsAnchor);
    case "choice":
      return node.options.some(holdsAnchor);
    case "repeat":
      return holdsAnchor(node.item);
  }
}

function parse(source: string): Pattern {
  const chars = [...source];
  let at = 0;
  let depth = 0;
  const fail = (why: string): never => {
    throw new PatternUnheld(why);
  };
  const eat = (text: string) => {
    if (
      !chars
        .slice(at, at + text.length)
        .join("")
        .startsWith(text)
    )
      return false;
    at += text.length;
    return true;
  };

  function choice(): Pattern {
    if (++depth > limits.depth) fail("groups within groups");
    const options = [sequence()];
    while (eat("|")) options.push(sequence());
    depth--;
    return options.length === 1 ? options[0]! : { is: "choice", options };
  }

  function sequence(): Pattern {
    const items: Pattern[] = [];
    while (at < chars.length && chars[at] !== "|" && chars[at] !== ")") items.push(repeated(atom()));
    return items.length === 1 ? items[0]! : { is: "sequence", items };
  }

  function repeated(item: Pattern): Pattern {
    const counts = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})/.exec(chars.slice(at, at + 24).join(""));
    if (!counts) return item;
    at += counts[0].length;
    // Lazy or greedy: the same texts match.
    eat("?");
    const [, sign, from, comma, to] = counts;
    const min = sign ? (sign === "+" ? 1 : 0) : Number(from);
    const max = sign ? (sign === "?" ? 1 : undefined) : comma ? (to ? Number(to) : undefined) : min;
    if (min > limits.repeats || (max !== undefined && max < min)) fail("a count");
    return { is: "repeat", item, min, max: max !== undefined && max > limits.repeats ? undefined : max };
  }

  function atom(): Pattern {
    const char = chars[at++]!;
    if (char === "^") return { is: "start" };
    if (char === "$") return { is: "end" };
    if (char === ".") return { is: "chars", ranges: complement(LINE_ENDS) };
    if (char === "[") return { is: "chars", ranges: set() };
    if (char === "(") {
      if (eat("?:") || /^\?<[^=!]/.test(chars.slice(at, at + 3).join(""))) {
        if (chars[at] === "?") while (chars[at++] !== ">") if (at > chars.length) fail("a group's name");
      } else if (chars[at] === "?") fail("a look ahead or behind");
      const inner = choice();
      if (!eat(")")) fail("a group without end");
      return inner;
    }
    if (char === "\\") {
      const found = escapedChar();
      return { is: "chars", ranges: typeof found === "number" ? [[found, found]] : found };
    }
    if ("*+?".includes(char)) fail("a count of nothing");
    const point = char.codePointAt(0)!;
    return { is: "chars", ranges: [[point, point]] };
  }

  /** A class of characters, or one code point. */
  function escapedChar(): Range[] | number {
    const char = chars[at++] ?? fail("a backslash at the end");
    const known = CLASSES.get(char);
    if (known) return known;
    if (char === "0" && /\d/.test(chars[at] ?? "")) fail("an octal escape");
    const control = CONTROLS.get(char);
    if (control !== undefined) return control;
    const rest = chars.slice(at, at + 8).join("");
    const code =
      char === "x"
        ? /^([0-9a-f]{2})/i.exec(rest)
        : char === "u"
          ? (/^([0-9a-f]{4})/i.exec(rest) ?? /^\{([0-9a-f]{1,6})\}/i.exec(rest))
          : null;
    if (code) {
      at += code[0].length;
      return Number.parseInt(code[1]!, 16);
    }
    if (/[a-z0-9]/i.test(char)) fail(`\\${char}`);
    return char.codePointAt(0)!;
  }

  function set(): Range[] {
    const negated = eat("^");
    const ranges: Range[] = [];
    const one = (): Range[] | number => {
      const char = chars[at++] ?? fail("a set without end");
      if (char !== "\\") return char.codePointAt(0)!;
      if (chars[at] === "b") {
        at++;
        return 8;
      }
      return escapedChar();
    };
    while (chars[at] !== "]") {
      const from = one();
      if (typeof from !== "number") {
        ranges.push(...from);
        continue;
      }
      if (chars[at] !== "-" || chars[at + 1] === "]" || chars[at + 1] === undefined) {
        ranges.push([from, from]);
        continue;
      }
      at++;
      const to = one();
      if (typeof to !== "number") {
        ranges.push([from, from], [45, 45], ...to);
        continue;
      }
      if (to < from) fail("a range that runs backwards");
      ranges.push([from, to]);
    }
    at++;
    return negated ? complement(ranges) : ranges;
  }

  const whole = choice();
  if (at < chars.length) fail("a bracket too many");
  return whole;
}
