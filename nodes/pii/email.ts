import { scriptOf } from "./scripts";
import type { Span } from "./span";

const LOCAL = /[\p{L}\p{M}\p{N}._%+'-]/u;
const DOMAIN = /[\p{L}\p{M}\p{N}.-]/u;
/** RFC 5321: 64 characters before the @, 255 after it. */
const LOCAL_LENGTH = 64;
const DOMAIN_LENGTH = 255;

/** Addresses with a domain that ends in letters: `ana@example.org`, not `pkg@1.2` nor `user@localhost`. */
export function findEmails(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = localStart(text, at);
    const end = start < at ? domainEnd(text, at + 1) : 0;
    // `_ana@example.org_` is emphasis.
    for (let i = 0; start < at - 1 && text[start] === "_" && text[end + i] === "_"; i++) start++;
    if (end > 0) spans.push({ start, end });
  }
  return spans;
}

/** Names are of one script: a letter of another one stands beside the address. */
function localStart(text: string, at: number): number {
  if (text[at - 1] === '"') return quotedStart(text, at);
  const script = scriptOf(text[at - 1] ?? " ") ?? scriptOf(text[at + 1] ?? " ") ?? "spaced";
  let start = at;
  while (start > 0 && at - start < LOCAL_LENGTH && LOCAL.test(text[start - 1]!)) {
    const own = scriptOf(text[start - 1]!);
    if (own !== undefined && own !== script) break;
    start--;
  }
  while (start < at && /[.'%+\p{M}-]/u.test(text[start]!)) start++;
  return start;
}

/** `"Ana Prieto"@example.org` */
function quotedStart(text: string, at: number): number {
  const from = text.lastIndexOf('"', at - 2);
  const name = text.slice(from + 1, at - 1);
  return from >= 0 && name !== "" && name.length <= LOCAL_LENGTH && !/[\n\r\t@{}:]/.test(name) ? from : at;
}

/** 0 where there is no domain. */
function domainEnd(text: string, from: number): number {
  const literal = /^\[(IPv6:[\da-f:.]{2,45}|\d{1,3}(\.\d{1,3}){3})\]/i.exec(text.slice(from, from + 60));
  if (literal) return from + literal[0].length;
  let end = from;
  while (end < text.length && end - from <= DOMAIN_LENGTH && DOMAIN.test(text[end]!)) end++;
  const written = text.slice(from, end).replace(/[.-]+$/, "");
  if (isVersion(written) || isScaledImage(written)) return 0;
  const domain = longestDomain(labelsOf(written)) || longestDomain(written.split("."));
  return domain === 0 ? 0 : from + domain;
}

/** The labels up to where one goes on in another script, which is the sentence. */
function labelsOf(written: string): string[] {
  const labels: string[] = [];
  for (const label of written.split(".")) {
    const cut = scriptCut(label);
    const own = cut === label.length;
    // After a whole domain in one script, a label of another one is the next sentence.
    if (own && labels.length >= 2 && firstScript(label) !== firstScript(labels[0]!)) break;
    labels.push(label.slice(0, cut));
    if (!own) break;
  }
  return labels;
}

const firstScript = (label: string) => {
  for (const char of label) {
    const script = scriptOf(char);
    if (script) return script;
  }
  return "spaced";
};

function scriptCut(label: string): number {
  let script: string | undefined;
  for (let i = 0; i < label.length; i++) {
    const own = scriptOf(label[i]!);
    if (own === undefined) continue;
    script ??= own;
    if (own !== script) return i;
  }
  return label.length;
}

/** Characters of the labels that are a domain, counted from the first: what follows its last letters is not part of it. */
function longestDomain(given: readonly string[]): number {
  const labels = [...given];
  // `ana@example.org.The next sentence`
  if (labels.length > 2 && /^\p{Lu}\p{Ll}+$/u.test(labels.at(-1)!) && /^\p{Ll}+$/u.test(labels.at(-2)!))
    labels.pop();
  for (; labels.length > 1; labels.pop()) {
    const last = /^(?:xn--[a-z0-9-]*[a-z0-9]|\p{L}[\p{L}\p{M}]+)/iu.exec(labels.at(-1)!)?.[0];
    const before = labels.slice(0, -1);
    if (!last || !before.every(isLabel)) continue;
    return before.join(".").length + 1 + last.length;
  }
  return 0;
}

const isLabel = (label: string) => label !== "" && !label.startsWith("-") && !label.endsWith("-");

/** `pkg@1.2.3-beta.rc` */
const isVersion = (written: string) => /^v?\d+\.\d/.test(written);

/** `icon@2x.png` */
const isScaledImage = (written: string) => /^\dx\.(png|jpe?g|gif|svg|webp|avif|bmp|ico|heic)$/i.test(written);
