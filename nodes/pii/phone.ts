/** Phone numbers: international ones, and the ways of writing them that are common in America, Spain, Latin America and Britain. */
import type { Span } from "./span";

/** Digits joined by one space, dot or dash, with brackets about an area code. */
const CANDIDATE = /(?:\+|\()?\d(?:[ .-]?\(?\d+\)?|[ .-]{1,2}\(|\) ?-?\d)*/g;

/** E.164: at most 15 digits. Under 8 with a country code there is no number. */
const INTERNATIONAL_MIN = 8;
const INTERNATIONAL_MAX = 15;

/** Shapes without a country code, `d` a digit, `_` a space or dash, `.` a space, dash or dot. */
const LOCAL_SHAPES: RegExp[] = [
  // United States, Canada, Mexico: (555) 010-4477, 555-010-4477, 1 555 010 4477
  /^(1[ .-])?\([2-9]\d\d\) ?\d{3}[ .-]\d{4}$/,
  /^(1[ -])?[2-9]\d\d[ -]\d{3}[ -]\d{4}$/,
  /^(1\.)?[2-9]\d\d\.\d{3}\.\d{4}$/,
  // Spain: 612 345 678, 612 34 56 78, 91 234 56 78
  /^[6-9]\d\d[ -]\d{3}[ -]\d{3}$/,
  /^[6-9]\d\d[ -]\d\d[ -]\d\d[ -]\d\d$/,
  /^9\d[ -]\d{3}[ -]\d\d[ -]\d\d$/,
  // Brazil: (11) 91234-5678, 11 91234-5678; Mexico: (55) 1234 5678, 55 1234 5678
  /^\(\d\d\) ?9?\d{4}[ -]\d{4}$/,
  /^\d\d 9\d{4}[ -]\d{4}$/,
  /^[1-9]\d \d{4}-\d{4}$/,
  // Britain, France, Germany: 020 7946 0018, 07700 900123, 01 23 45 67 89
  /^0\d{2}[ -]\d{4}[ -]\d{4}$/,
  /^0\d{3}[ -]\d{3}[ -]\d{3,4}$/,
  /^0\d{4}[ -]\d{6}$/,
  /^0\d([ .-]\d\d){4}$/,
  // Numbers set aside for fiction, 555-0100 to 555-0199
  /^555-01\d\d$/,
];
/** Shapes that mean a phone only next to a word that says so. */
const NAMED_SHAPES: RegExp[] = [
  /^\d{9,11}$/,
  /^00\d{9,13}$/,
  /^\d{3}-\d{4}$/,
  /^\d{4}-\d{4}$/,
  /^\d\d \d{4} \d{4}$/,
];
const PHONE_WORD =
  /(?<!\p{L})(phone|telephone|tel|call|mobile|cell|fax|whatsapp|sms|tel[eé]fono|m[oó]vil|celular|ll[aá]ma\p{L}*|telefone|telem[oó]vel|ligue|liga)(?!\p{L})[^\d]{0,24}$/iu;

export function findPhones(text: string): Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(CANDIDATE)) {
    const span = trim(text, match.index, match.index + match[0].length);
    if (span && isAlone(text, span) && isPhone(text, span)) spans.push(span);
  }
  return spans;
}

/** Without the bracket or separator that belongs to the sentence around. */
function trim(text: string, start: number, end: number): Span | undefined {
  let from = start;
  let to = end;
  while (to > from && !/\d/.test(text[to - 1]!)) to--;
  const inner = text.slice(from, to);
  if (inner.startsWith("(") && !inner.includes(")")) from++;
  return to - from < 7 ? undefined : { start: from, end: to };
}

/** Not a part of a word, a path, an id, an amount or a longer number. */
function isAlone(text: string, { start, end }: Span): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  return (
    !/[\p{L}\p{N}_#/=$€£+@]$|[.,:-]$(?<=[\p{L}\p{N}].)/u.test(before) &&
    !/^[\p{L}\p{N}_/%@]|^[.,:-][\p{L}\p{N}]/u.test(after)
  );
}

function isPhone(text: string, { start, end }: Span): boolean {
  const written = text.slice(start, end);
  const digits = written.replaceAll(/\D/g, "");
  if (isDate(written) || isAddress(written) || isBookNumber(digits)) return false;
  if (/^\+\(?[1-9]/.test(written))
    return digits.length >= INTERNATIONAL_MIN && digits.length <= INTERNATIONAL_MAX;
  // `00` stands for the plus where the number is written in groups.
  if (/^00[ .-]?[1-9]\d*[ .-]/.test(written) && digits.length >= 2 + INTERNATIONAL_MIN && digits.length <= 15)
    return true;
  if (LOCAL_SHAPES.some((shape) => shape.test(written))) return true;
  return (
    NAMED_SHAPES.some((shape) => shape.test(written)) &&
    PHONE_WORD.test(text.slice(Math.max(0, start - 40), start))
  );
}

const isDate = (written: string) =>
  /^\d{4}[-. ](0?[1-9]|1[0-2])[-. ](0?[1-9]|[12]\d|3[01])([ -]|$)/.test(written) ||
  /^(0?[1-9]|[12]\d|3[01])[-. ](0?[1-9]|1[0-2])[-. ](19|20)\d\d([ -]|$)/.test(written) ||
  /^(19|20)\d\d ?- ?(19|20)\d\d$/.test(written);

/** IPv4, and versions: four dotted parts and fewer than a phone has digits in each. */
const isAddress = (written: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(written);

/** ISBN-13. */
const isBookNumber = (digits: string) => digits.length === 13 && /^97[89]/.test(digits);
