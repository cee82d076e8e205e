/** Text that any database and any reader can keep, and JSON whose every text is such. */

const REFUSED = /[\p{Surrogate}\0]/u;
const REFUSED_ALL = /[\p{Surrogate}\0]/gu;

export const isStorableText = (text: string): boolean => !REFUSED.test(text);

/** No NUL, no half of a surrogate pair: each becomes U+FFFD. */
export const storableText = (text: string): string => text.replace(REFUSED_ALL, "\uFFFD");

/** The same for all text in a JSON value, keys too. Own keys only, whatever they are called. */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [storableText(key), storable(one)]));
}
