/** Finds personal data in text. Pure, in time linear to the text. */
import { findCards, isCardNumber } from "./card";
import type { PiiType } from "./definition";
import { findEmails } from "./email";
import { fold } from "./fold";
import { findPhones, isPhoneNumber } from "./phone";
import type { Span } from "./span";

/** `text.slice(start, end)` is the find. */
export type Finding = Span & { type: PiiType };

const finders: Record<PiiType, (text: string, name: string) => Span[]> = {
  email: findEmails,
  card: findCards,
  phone: findPhones,
};
/** Where two overlap, the one named first here stands. */
const ORDER = ["email", "card", "phone"] as const;

export const PLACEHOLDERS: Record<PiiType, string> = { email: "[EMAIL]", phone: "[PHONE]", card: "[CARD]" };

/**
 * Where no such thing stands there is no personal data: an @, an escape that may stand for one, or the seven digits that
 * the shortest number has. For RE2 and JavaScript (with `u`) alike.
 */
export const WORTH_A_LOOK =
  "[@\u{ff20}\u{fe6b}]|&[#A-Za-z]|%[2-7][0-9A-Fa-f]|\\\\u[0-9A-Fa-f]{4}|\\p{Nd}(?:(?:[^\\p{L}\\p{Nd}]|[\u{30fc}\u{ff70}])*\\p{Nd}){6}";
const worthALook = new RegExp(WORTH_A_LOOK, "u");

/** In the order of the text, never overlapping. `name`: what the text is called where it stands, such as its column. */
export function findPii(text: string, types: readonly PiiType[], name = ""): Finding[] {
  if (!worthALook.test(text)) return [];
  const folded = fold(text);
  const found = inOrder(
    ORDER.filter((type) => types.includes(type)).map((type) =>
      finders[type](folded?.text ?? text, name).map((span) => ({ ...span, type })),
    ),
  );
  return folded ? found.map((finding) => ({ ...finding, ...folded.written(finding) })) : found;
}

/** Lists in the order of the text to one: of two that overlap the one of the earlier list stays. */
function inOrder(lists: readonly Finding[][]): Finding[] {
  let all: Finding[] = [];
  for (const list of lists) {
    const merged: Finding[] = [];
    let at = 0;
    for (const finding of list) {
      while (at < all.length && all[at]!.end <= finding.start) merged.push(all[at++]!);
      if (at === all.length || all[at]!.start >= finding.end) merged.push(finding);
    }
    all = merged.concat(all.slice(at));
  }
  return all;
}

function mask(text: string, findings: readonly Finding[]): string {
  let masked = "";
  let at = 0;
  for (const { start, end, type } of findings) {
    masked += text.slice(at, start) + PLACEHOLDERS[type];
    at = end;
  }
  return masked + text.slice(at);
}

/** Texts made to hurt uncover a number with each that is masked: after so many passes whole lines go. */
const MOST_PASSES = 8;

/** Masks until nothing more is found: what stood beside a find may only then stand alone. */
export function maskPii(
  text: string,
  types: readonly PiiType[],
  name = "",
): { text: string; found: PiiType[] } {
  const found: PiiType[] = [];
  let masked = text;
  let findings = findPii(masked, types, name);
  for (let pass = 1; findings.length > 0; pass++) {
    found.push(...findings.map((finding) => finding.type));
    masked = mask(masked, pass < MOST_PASSES ? findings : wholeLines(masked, findings));
    findings = findPii(masked, types, name);
  }
  return { text: masked, found };
}

/** The lines that the findings stand in, each as one find. */
function wholeLines(text: string, findings: readonly Finding[]): Finding[] {
  const lines: Finding[] = [];
  for (const { start, end, type } of findings) {
    const last = lines.at(-1);
    if (last && start < last.end) continue;
    const next = text.indexOf("\n", end);
    lines.push({ start: text.lastIndexOf("\n", start) + 1, end: next < 0 ? text.length : next, type });
  }
  return lines;
}

/** What a whole number alone is, as a number column holds it. */
export function typeOfNumber(digits: string, types: readonly PiiType[], name: string): PiiType | undefined {
  if (types.includes("card") && isCardNumber(digits)) return "card";
  return types.includes("phone") && isPhoneNumber(digits, name) ? "phone" : undefined;
}
