/** JSON as people's programs write it: every number keeps its digits, and Python's `NaN` and `Infinity` are read as null. */
import { Digits, parseExact } from "@/engines/table";

/** `missing`: how many numbers that are none were read as null. */
export type Parsed = { value: unknown; missing: number };

const NO_NUMBER = /-?(?:NaN|Infinity)/y;

/** Numbers that no double has are `Digits`, however deep. @throws SyntaxError as `JSON.parse` */
export function parseJson(text: string): Parsed {
  const keep = (digits: string) => new Digits(digits);
  try {
    return { value: parseExact(text, keep), missing: 0 };
  } catch (error) {
    const { plain, missing } = withNulls(text);
    if (missing === 0) throw error;
    return { value: parseExact(plain, keep), missing };
  }
}

/** Outside of its texts. */
function withNulls(text: string): { plain: string; missing: number } {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
    } else if (char === "-" || char === "N" || char === "I") {
      NO_NUMBER.lastIndex = at;
      const found = NO_NUMBER.exec(text)?.[0];
      if (!found) continue;
      parts.push(text.slice(from, at));
      from = at + found.length;
      at = from - 1;
    }
  }
  return { plain: [...parts, text.slice(from)].join("null"), missing: parts.length };
}
