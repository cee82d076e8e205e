/** Finds personal data in text. Pure, in time linear to the text. */
import { findCards } from "./card";
import type { PiiType } from "./definition";
import { findEmails } from "./email";
import { findPhones } from "./phone";
import type { Span } from "./span";

/** `text.slice(start, end)` is the find. */
export type Finding = Span & { type: PiiType };

const finders: Record<PiiType, (text: string) => Span[]> = {
  email: findEmails,
  card: findCards,
  phone: findPhones,
};
/** Where two overlap, the one named first here stands. */
const ORDER = ["email", "card", "phone"] as const;

export const PLACEHOLDERS: Record<PiiType, string> = { email: "[EMAIL]", phone: "[PHONE]", card: "[CARD]" };

/** Where no such thing stands there is no personal data: an @, or the seven digits that the shortest number has. For RE2 and JavaScript alike. */
export const WORTH_A_LOOK = "@|[0-9](?:[ .()-]*[0-9]){6}";
const worthALook = new RegExp(WORTH_A_LOOK);

/** In the order of the text, never overlapping. */
export function findPii(text: string, types: readonly PiiType[]): Finding[] {
  if (!worthALook.test(text)) return [];
  const findings: Finding[] = [];
  for (const type of ORDER) {
    if (!types.includes(type)) continue;
    for (const { start, end } of finders[type](text)) {
      if (findings.every((other) => end <= other.start || start >= other.end))
        findings.push({ start, end, type });
    }
  }
  return findings.sort((a, b) => a.start - b.start);
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

/** Masks until nothing more is found: what stood beside a find may only then stand alone. */
export function maskPii(text: string, types: readonly PiiType[]): { text: string; found: PiiType[] } {
  const found: PiiType[] = [];
  let masked = text;
  for (let findings = findPii(text, types); findings.length > 0; findings = findPii(masked, types)) {
    found.push(...findings.map((finding) => finding.type));
    masked = mask(masked, findings);
  }
  return { text: masked, found };
}
