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
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
];

/** Numbers of 13 to 19 digits that pass Luhn's check, written together or in groups with single spaces or dashes. */
export function findCards(text: string): Span[] {
  const spans: Span[] = [];
  for (const run of text.matchAll(/\d+(?:[ -]\d+)*/g)) {
    const groups = [...run[0].matchAll(/\d+/g)].map((group) => ({
      digits: group[0],
      start: run.index + group.index,
      end: run.index + group.index + group[0].length,
    }));
    // A group that is part of a word, a decimal number or a path is none of a card.
    if (groups.length > 0 && /[\p{L}_./\d]/u.test(text[run.index - 1] ?? " ")) groups.shift();
    const last = groups.at(-1);
    if (
      last &&
      (/[\p{L}_/]/u.test(text[last.end] ?? " ") || /^[.,]\d/.test(text.slice(last.end, last.end + 2)))
    )
      groups.pop();
    spans.push(...cardsIn(groups));
  }
  return spans;
}

type Group = Span & { digits: string };

function cardsIn(groups: Group[]): Span[] {
  const whole = spanOf(groups);
  if (whole) return [whole];
  const spans: Span[] = [];
  for (let i = 0; i < groups.length; i++) {
    const single = groups[i]!.digits.length >= 13 ? spanOf([groups[i]!]) : undefined;
    const widths = PRINTED.find((printed) =>
      printed.every((width, k) => groups[i + k]?.digits.length === width),
    );
    const printed = widths && spanOf(groups.slice(i, i + widths.length));
    const found = single ?? printed;
    if (!found) continue;
    spans.push(found);
    if (!single) i += widths!.length - 1;
  }
  return spans;
}

function spanOf(groups: Group[]): Span | undefined {
  const digits = groups.map((group) => group.digits).join("");
  if (digits.length < 13 || digits.length > 19 || isTime(digits) || /^(\d)\1*$/.test(digits))
    return undefined;
  return passesLuhn(digits) ? { start: groups[0]!.start, end: groups.at(-1)!.end } : undefined;
}

/** Milli-, micro- and nanoseconds since 1970 have the length of a card; no issuer begins with 1 at those lengths. */
const isTime = (digits: string) => digits.startsWith("1") && [13, 16, 19].includes(digits.length);
