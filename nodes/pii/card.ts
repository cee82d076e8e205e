import { isSpaced } from "./scripts";
import type { Span } from "./span";

/** Luhn's check (ISO/IEC 7812-1) over digits. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** How cards are printed; a part of a longer row of groups counts only in one of these. */
const PRINTED = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
];

/** Groups of digits with one space or dash between them, or with a dot, or a dash between spaces. */
const RUN = /\d+(?:(?: ?[-.] ?| {1,2})\d+)*/g;

/** A word that says what number follows, though nothing stands between. */
const CARD_WORD =
  /(?<!\p{L})(card|visa|mastercard|amex|maestro|tarjeta|cart[aã]o|cc|no|nr|num|n[uú]mero|number)$/iu;

/** Numbers of 13 to 19 digits that pass Luhn's check, written together or in groups. */
export function findCards(text: string): Span[] {
  const spans: Span[] = [];
  for (const run of text.matchAll(RUN)) {
    if (run[0].length < 13) continue;
    const groups = [...run[0].matchAll(/\d+/g)].map((group) => ({
      digits: group[0],
      start: run.index + group.index,
      end: run.index + group.index + group[0].length,
    }));
    if (isBoundBefore(text, run.index)) groups.shift();
    const last = groups.at(-1);
    if (last && isBoundAfter(text, last.end, run.index)) groups.pop();
    spans.push(...cardsIn(text, groups));
  }
  return spans;
}

/** Of a word, a decimal number or a path the first group is a part. */
function isBoundBefore(text: string, start: number): boolean {
  const char = text[start - 1] ?? " ";
  const before = text.slice(Math.max(0, start - 16), start);
  if (isSpaced(char)) return !CARD_WORD.test(before);
  if (char === "_") return /[\p{L}\p{N}]_+$/u.test(before);
  if (char === ".") return !/\p{L}\.$/u.test(before);
  return char === "/" || /\d/.test(char);
}

function isBoundAfter(text: string, end: number, start: number): boolean {
  const char = text[end] ?? " ";
  const after = text.slice(end, end + 3);
  if (isSpaced(char)) return true;
  if (char === "_") return /^_+[\p{L}\p{N}]/u.test(after);
  // A month and year often stand behind a card; behind a file's name its ending.
  if (char === "/") return text[start - 1] === "/" || !/^\/\d/.test(after);
  return /^[.,]\d/.test(after) || (/^\.\p{L}/u.test(after) && text[start - 1] === ".");
}

type Group = Span & { digits: string };

function cardsIn(text: string, groups: Group[]): Span[] {
  const whole = groups.every((group, i) => i === 0 || isPlain(text, groups[i - 1]!, group)) && spanOf(groups);
  if (whole) return isInternational(text, groups) ? [] : [whole];
  const spans: Span[] = [];
  for (let i = 0; i < groups.length; i++) {
    const single = isDecimal(text, groups[i]!) ? undefined : spanOf([groups[i]!]);
    const printed = single ? undefined : printedAt(groups, i);
    const found = single ?? printed?.span;
    if (!found) continue;
    spans.push(found);
    if (printed) i += printed.groups - 1;
  }
  return spans;
}

/** A phone number with its country has as many digits as the shorter cards. */
const isInternational = (text: string, groups: Group[]) =>
  text[groups[0]!.start - 1] === "+" && groups.reduce((sum, { digits }) => sum + digits.length, 0) <= 15;

const isDecimal = (text: string, { start, end }: Group) =>
  /\d\.$/.test(text.slice(Math.max(0, start - 2), start)) || /^\.\d/.test(text.slice(end, end + 2));

const isPlain = (text: string, a: Group, b: Group) => /^[ -]$/.test(text.slice(a.end, b.start));

function printedAt(groups: Group[], i: number): { span: Span; groups: number } | undefined {
  for (const widths of PRINTED) {
    if (!widths.every((width, k) => groups[i + k]?.digits.length === width)) continue;
    const span = spanOf(groups.slice(i, i + widths.length));
    if (span) return { span, groups: widths.length };
  }
  return undefined;
}

function spanOf(groups: Group[]): Span | undefined {
  const length = groups.reduce((sum, { digits }) => sum + digits.length, 0);
  if (length < 13 || length > 19) return undefined;
  const digits = groups.map((group) => group.digits).join("");
  if (isTime(digits) || /^(\d)\1*$/.test(digits)) return undefined;
  return passesLuhn(digits) ? { start: groups[0]!.start, end: groups.at(-1)!.end } : undefined;
}

/** Milli-, micro- and nanoseconds since 1970 have the length of a card; no issuer begins with 1 at those lengths. */
const isTime = (digits: string) => digits.startsWith("1") && [13, 16, 19].includes(digits.length);

/**
 * How the numbers of the known issuers begin and how long they are (RE2 and JavaScript alike): Visa, Mastercard, Mir,
 * American Express, Diners, Discover, JCB, UnionPay, RuPay, Maestro, Elo, Hipercard, Verve, Troy.
 */
export const ISSUED =
  "^(4[0-9]{12}(?:[0-9]{3}){0,2}|5[1-5][0-9]{14}|2(?:2[2-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}|220[0-4][0-9]{12,15}|3[47][0-9]{13}|3(?:0[0-5]|6[0-9]|[89][0-9])[0-9]{11,16}|35(?:2[89]|[3-8][0-9])[0-9]{12,15}|(?:6011|606[0-9]|608[0-5]|62[0-9]{2}|64[4-9][0-9]|65[0-9]{2}|8[12][0-9]{2}|50[6-9][0-9]|636[23]|9792)[0-9]{12,15}|(?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{9,15})$";
const issued = new RegExp(ISSUED);

/** Of a number alone, as an integer column has it: ids of 64 bits are as long, so the issuer must be a known one. */
export const isCardNumber = (digits: string): boolean =>
  issued.test(digits) && passesLuhn(digits) && !/^(\d)\1*$/.test(digits);
