/** Phone numbers: international ones, and the ways of writing them that are common in America, Europe and East Asia. */
import { isSpaced } from "./scripts";
import type { Span } from "./span";

/** Digits joined by one space, dot or dash, by a dash between spaces, or with brackets about an area code. */
const CANDIDATE = /(?:\+ ?|\()?\d(?:(?: ?[.-] ?| {1,2})?\(?\d+\)?|[ .-]{1,2}\(|\) ?-?\d)*/g;

/** E.164: at most 15 digits. Under 8 with a country code there is no number. */
const INTERNATIONAL_MIN = 8;
const INTERNATIONAL_MAX = 15;

/** Shapes without a country code; separators are one space, dot or dash here. */
const LOCAL_SHAPES: RegExp[] = [
  // United States, Canada, Mexico: (555) 010-4477, (555)010-4477, 555-010-4477, 1 555 010 4477
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
  // China, Japan, Korea: 138 1234 5678, 03-1234-5678
  /^1[3-9]\d[ -]\d{4}[ -]\d{4}$/,
  /^0\d[ -]\d{4}[ -]\d{4}$/,
  // Numbers set aside for fiction, 555-0100 to 555-0199
  /^555-01\d\d$/,
];
/** Shapes that mean a phone only next to a word that says so. */
const NAMED_SHAPES: RegExp[] = [
  /^\d{9,12}$/,
  /^00\d{9,13}$/,
  /^\d{3}[ -]\d{4}$/,
  /^\d{4}[ -]\d{4}$/,
  /^\d\d \d{4} \d{4}$/,
  /^0\d{1,4}[ -]\d{2,4}[ -]\d{3,4}$/,
];
const PHONE_WORD =
  /(?:(?<!\p{L})(?:phone|telephone|tel|call|mobile|cell|cellphone|fax|whatsapp|wa\.me|sms|telegram|tel[eé]f?|tel[eé]fono|m[oó]vil|celular|cel|ll[aá]ma\p{L}*|telefone|telem[oó]vel|ligue|liga|zap|teléphone|téléphone|portable|telefon|handy|mobil|тел|телефон\p{L}*|моб\p{L}*|звоните)(?!\p{L})|电话|電話|手机|手機|携帯|传真|微信|전화|휴대폰|هاتف|تلفون|جوال|موبايل|الهاتف|टेलीफोन|फोन|फ़ोन|मोबाइल|โทร\p{M}*|โทรศัพท์|טלפון|נייד)[^\d]{0,24}$/iu;
/** Such a word, and the number right behind it. */
const PHONE_WORD_GLUED = new RegExp(PHONE_WORD.source.replace("[^\\d]{0,24}$", "$"), "iu");

/** `name`: what the text is called where it stands, such as the name of its column. */
export function findPhones(text: string, name = ""): Span[] {
  const spans: Span[] = [];
  let free = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const span = trim(text, match.index, match.index + match[0].length);
    if (!span || !isAlone(text, span, free) || !isPhone(text, span, name)) continue;
    spans.push(span);
    free = span.end;
  }
  return spans;
}

/** A number without separators of a column that says what it holds. */
export const isPhoneNumber = (digits: string, name: string): boolean =>
  digits.length >= 7 && digits.length <= INTERNATIONAL_MAX && saysPhone(name);

export const saysPhone = (name: string): boolean => name !== "" && PHONE_WORD.test(`${spoken(name)}: `);

/** `customerPhone_no` in words. */
const spoken = (name: string) =>
  name
    .slice(0, 100)
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/[_\d.-]+/g, " ")
    .trim();

/** Without the bracket or separator that belongs to the sentence around. */
function trim(text: string, start: number, end: number): Span | undefined {
  let from = start;
  let to = end;
  while (to > from && !/\d/.test(text[to - 1]!)) to--;
  if (text[from] === "(" && text.lastIndexOf(")", to - 1) < from) from++;
  return to - from < 7 ? undefined : { start: from, end: to };
}

/** Not a part of a word, a path, an id, an amount or a longer number. Up to `free` all is found already. */
function isAlone(text: string, { start, end }: Span, free: number): boolean {
  const begins = (free > 0 && start === free) || isFreeBefore(text, start);
  return begins && isFreeAfter(text, start, end);
}

function isFreeBefore(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 24), start);
  const char = before.at(-1) ?? " ";
  const plus = text[start] === "+";
  if (/[\p{N}#@]/u.test(char)) return false;
  if (isSpaced(char)) return plus || PHONE_WORD_GLUED.test(before);
  if (char === "_") return !/[\p{L}\p{N}]_+$/u.test(before);
  if (char === "/") return plus || /(?:wa\.me|[ \d])\/$/.test(before);
  if (/[.,]/.test(char)) return !/\p{N}.$/u.test(before);
  if (char === ":") return !/\p{N}.$/u.test(before);
  if (char === "-") return plus || !/[\p{L}\p{N}]-$/u.test(before);
  return !/\p{Sc} ?$/u.test(before);
}

function isFreeAfter(text: string, start: number, end: number): boolean {
  const after = text.slice(end, end + 16);
  const char = after[0] ?? " ";
  const plus = text[start] === "+";
  if (/[\p{N}%@]/u.test(char)) return false;
  if (isSpaced(char)) return /^(?:ext|x\d)/i.test(after);
  if (char === "_") return !/^_+[\p{L}\p{N}]/u.test(after);
  if (char === "/") return plus || /^\/[ +\d]/.test(after);
  if (/[.,:]/.test(char)) return !/^.\p{N}/u.test(after);
  if (char === "-") return plus ? !/^-\d/.test(after) : !/^-[\p{L}\p{N}]/u.test(after);
  return plus || !AMOUNT.test(after);
}

/** What is counted, behind a number in groups. */
const AMOUNT =
  /^ ?(?:\p{Sc}|(?:euros?|eur|usd|gbp|brl|mxn|dollars?|d[oó]l?ares|reais|pesos|habitantes|inhabitants|people|bytes|km)(?!\p{L}))/iu;

function isPhone(text: string, { start, end }: Span, name: string): boolean {
  const written = text
    .slice(start, end)
    .replace(/ ?([.-]) ?/g, "$1")
    .replace(/ {2}/g, " ");
  const digits = written.replaceAll(/\D/g, "");
  if (isDate(written) || isAddress(written) || isBookNumber(digits)) return false;
  if (/^\+ ?\(?[1-9]/.test(written))
    return digits.length >= INTERNATIONAL_MIN && digits.length <= INTERNATIONAL_MAX;
  // `00` stands for the plus where the number is written in groups.
  if (/^00[ .-]?[1-9]\d*[ .-]/.test(written) && digits.length >= 2 + INTERNATIONAL_MIN && digits.length <= 15)
    return true;
  if (LOCAL_SHAPES.some((shape) => shape.test(written))) return true;
  if (!NAMED_SHAPES.some((shape) => shape.test(written))) return false;
  const before = text.slice(Math.max(0, start - 48), start);
  return PHONE_WORD.test(before) || (saysPhone(name) && !/\d/.test(before) && before.length < 24);
}

const isDate = (written: string) =>
  /^\d{4}[-. ](0?[1-9]|1[0-2])[-. ](0?[1-9]|[12]\d|3[01])([ -]|$)/.test(written) ||
  /^(0?[1-9]|[12]\d|3[01])[-. ](0?[1-9]|1[0-2])[-. ](19|20)\d\d([ -]|$)/.test(written) ||
  /^(19|20)\d\d ?- ?(19|20)\d\d$/.test(written);

/** IPv4, and versions: four dotted parts and fewer than a phone has digits in each. */
const isAddress = (written: string) => /^\d{1,3}(\.\d{1,3}){3}$/.test(written);

/** ISBN-13. */
const isBookNumber = (digits: string) => digits.length === 13 && /^97[89]/.test(digits);
