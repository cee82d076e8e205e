/**
 * A text as its reader sees it, for searching: digits and letters of every width and script of digits in ASCII, one kind
 * of space and dash, nothing invisible, escapes of HTML, URLs and JSON read. Each character knows where it is written.
 */
import type { Span } from "./span";

export type Folded = {
  text: string;
  /** Where a part of the folded text stands in the text as written. */
  written(span: Span): Span;
};

/** What HTML calls the characters that stand in and about addresses and numbers. */
const ENTITIES = new Map<string, string>([
  ...(["nbsp", "ensp", "emsp", "thinsp", "numsp", "puncsp", "hairsp"] as const).map(
    (name) => [name, " "] as [string, string],
  ),
  ...(["ndash", "mdash", "hyphen", "dash", "minus", "horbar"] as const).map(
    (name) => [name, "-"] as [string, string],
  ),
  ...(["shy", "zwj", "zwnj", "lrm", "rlm"] as const).map((name) => [name, ""] as [string, string]),
  ["commat", "@"],
  ["period", "."],
  ["comma", ","],
  ["colon", ":"],
  ["semi", ";"],
  ["equals", "="],
  ["plus", "+"],
  ["lpar", "("],
  ["rpar", ")"],
  ["sol", "/"],
  ["num", "#"],
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["Tab", "\t"],
  ["NewLine", "\n"],
]);

const ESCAPE =
  /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z]{2,8}));|\\u([\da-fA-F]{4})|%([2-7][\da-fA-F])/y;

/** Escapes, and whatever is not ASCII. */
const MAY_FOLD = /[^\0-\x7f]|&[#A-Za-z]|\\u[\da-fA-F]{4}|%[2-7][\da-fA-F]/;

/** Undefined where the text is written as it is searched. */
export function fold(text: string): Folded | undefined {
  if (!MAY_FOLD.test(text)) return undefined;
  const parts: string[] = [];
  const starts = new Int32Array(text.length + 1);
  const ends = new Int32Array(text.length + 1);
  let length = 0;
  let folded = false;
  const put = (as: string, start: number, end: number) => {
    parts.push(as);
    for (let i = 0; i < as.length; i++, length++) {
      starts[length] = start;
      ends[length] = end;
    }
  };
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 38 || code === 92 || code === 37) {
      const read = escaped(text, at);
      if (read) {
        put(read.as, at, read.end);
        at = read.end;
        folded = true;
        continue;
      }
    }
    if (code < 128) {
      // Most of a text.
      let end = at + 1;
      for (; end < text.length; end++) {
        const next = text.charCodeAt(end);
        if (next >= 128 || next === 38 || next === 92 || next === 37) break;
      }
      parts.push(text.slice(at, end));
      for (; at < end; at++, length++) {
        starts[length] = at;
        ends[length] = at + 1;
      }
      continue;
    }
    const point = text.codePointAt(at)!;
    const width = point > 0xffff ? 2 : 1;
    const as = seen(point);
    if (as === undefined) {
      // As it is, unit by unit.
      parts.push(text.slice(at, at + width));
      for (let i = 0; i < width; i++, length++) {
        starts[length] = at + i;
        ends[length] = at + i + 1;
      }
    } else {
      put(as, at, at + width);
      folded = true;
    }
    at += width;
  }
  if (!folded) return undefined;
  return {
    text: parts.join(""),
    written: ({ start, end }) => ({ start: starts[start]!, end: ends[end - 1]! }),
  };
}

/** The one character that an escape stands for, folded. */
function escaped(text: string, at: number): { as: string; end: number } | undefined {
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(text);
  if (!match) return undefined;
  const [whole, decimal, hex, name, json, percent] = match;
  const end = at + whole.length;
  if (name !== undefined) {
    const as = ENTITIES.get(name);
    return as === undefined ? undefined : { as, end };
  }
  const point = decimal ? Number(decimal) : Number.parseInt((hex ?? json ?? percent)!, 16);
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return undefined;
  const char = String.fromCodePoint(point);
  // Letters and digits need no such escape: `5%20` may be a share of something.
  if (percent !== undefined && /[\dA-Za-z]/.test(char)) return undefined;
  return { as: seen(point) ?? char, end };
}

/** By code point; null: as it is. */
const known = new Map<number, string | null>();

/** What a reader sees in it, where that is another character or none. */
function seen(point: number): string | undefined {
  let as = known.get(point);
  if (as === undefined) {
    as = look(point) ?? null;
    known.set(point, as);
  }
  return as ?? undefined;
}

const DIGIT = /^\p{Nd}$/u;

function look(point: number): string | undefined {
  if (point < 128) return undefined;
  const char = String.fromCodePoint(point);
  if (/^\p{Zs}$/u.test(char)) return " ";
  // Zero-width characters, soft hyphens, marks of direction, selectors of a glyph, the box of a key.
  if (/^(?:\p{Cf}|\p{Variation_Selector}|\u034f|\u20e3)$/u.test(char)) return "";
  // A minus, a hyphen bullet, and the sign of a long vowel, which Japanese writes for a dash in numbers.
  if (/^[\p{Pd}\u2212\u2043\u30fc\uff70]$/u.test(char)) return "-";
  if (/^[\u00b7\u2027\u2219\u22c5\u2024]$/.test(char)) return ".";
  if (/^[\u2044\u2215]$/.test(char)) return "/";
  if (DIGIT.test(char)) return String(digitOf(point));
  // Full-width and mathematical letters and punctuation; small letters set high, and numbers in circles, are none of these.
  const same = char.normalize("NFKC");
  return point > 0x24f && /^[!-/:-~]$/.test(same) && /^[\p{L}\p{P}\p{S}]$/u.test(char) ? same : undefined;
}

/** Digits of a script stand in a row, from zero on. */
function digitOf(point: number): number {
  let zero = point;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return (point - zero) % 10;
}
