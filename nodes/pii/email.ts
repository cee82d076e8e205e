import type { Span } from "./span";

const LOCAL = /[\p{L}\p{N}._%+'-]/u;
const DOMAIN = /[\p{L}\p{N}.-]/u;
/** RFC 5321: 64 characters before the @, 255 after it. */
const LOCAL_LENGTH = 64;
const DOMAIN_LENGTH = 255;

/** Addresses with a domain that ends in letters: `ana@example.org`, not `pkg@1.2` nor `user@localhost`. */
export function findEmails(text: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) {
    let start = at;
    while (start > 0 && at - start < LOCAL_LENGTH && LOCAL.test(text[start - 1]!)) start--;
    while (start < at && /[.'%+-]/.test(text[start]!)) start++;
    let end = at + 1;
    while (end < text.length && end - at <= DOMAIN_LENGTH && DOMAIN.test(text[end]!)) end++;
    while (end > at && /[.-]/.test(text[end - 1]!)) end--;
    if (start < at && isDomain(text.slice(at + 1, end))) spans.push({ start, end });
  }
  return spans;
}

function isDomain(domain: string): boolean {
  const labels = domain.split(".");
  return (
    labels.length > 1 &&
    labels.every((label) => label !== "" && !label.startsWith("-") && !label.endsWith("-")) &&
    /^(\p{L}{2,}|xn--[a-z0-9-]+)$/iu.test(labels.at(-1)!)
  );
}
