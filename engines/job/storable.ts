/** Text as a database and any reader can keep it: no NUL, no half of a surrogate pair. */
export const storableText = (text: string): string => text.replace(/[\p{Surrogate}\0]/gu, "\uFFFD");

/** The same for all text in a JSON value, keys too. Own keys only, whatever they are called. */
export function storable(value: unknown): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [storableText(key), storable(one)]));
}
