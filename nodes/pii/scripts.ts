/** Which letters may belong to one address or number, and which only stand beside it. */

/** Scripts with spaces between words: a letter of them before or after a number makes both one word. */
const SPACED = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]$/u;

/** In other scripts a name or number often stands right beside a letter. */
export const isSpaced = (char: string): boolean => SPACED.test(char);

const OTHERS: [string, RegExp][] = [
  ["east asian", /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]$/u],
  ["hangul", /^\p{Script=Hangul}$/u],
  ["arabic", /^\p{Script=Arabic}$/u],
  ["hebrew", /^\p{Script=Hebrew}$/u],
  ["devanagari", /^\p{Script=Devanagari}$/u],
  ["thai", /^\p{Script=Thai}$/u],
];
const known = new Map<string, string | undefined>();

/** Letters of one group may stand in one name. Undefined for what is no letter. */
export function scriptOf(char: string): string | undefined {
  if (known.has(char)) return known.get(char);
  const group = /^\p{L}$/u.test(char)
    ? isSpaced(char)
      ? "spaced"
      : (OTHERS.find(([, pattern]) => pattern.test(char))?.[0] ?? "other")
    : undefined;
  known.set(char, group);
  return group;
}
