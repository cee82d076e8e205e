/** The values of a JSON file one by one: the elements of its array, or the values that stand one after the other. */

import { MAX_ROW_CHARACTERS } from "./limits";
import { type Line, RowTooLong } from "./lines";

/** Texts of the values, with the line each begins at. Text between values that is no comma or space comes as a value of its own, and so does the nothing at which an array is cut off. */
export async function* splitJsonValues(
  pieces: AsyncIterable<string>,
): AsyncGenerator<Line[], void, undefined> {
  let line = 1;
  let depth = 0;
  let inArray: boolean | undefined;
  let closed = false;
  let text = false;
  let escaped = false;
  /** The value under way. */
  let begun: number | undefined;
  let parts: string[] = [];
  let length = 0;

  for await (const piece of pieces) {
    const values: Line[] = [];
    let from = 0;
    const finish = (end: number) => {
      parts.push(piece.slice(from, end));
      values.push({ line: begun!, text: parts.join("") });
      parts = [];
      length = 0;
      begun = undefined;
    };
    for (let i = 0; i < piece.length; i++) {
      const char = piece.charCodeAt(i);
      if (char === 10) line++;
      if (text) {
        if (escaped) escaped = false;
        else if (char === 92) escaped = true;
        else if (char === 34) {
          text = false;
          if (depth === 0) finish(i + 1);
        }
        continue;
      }
      const space = char === 32 || char === 10 || char === 13 || char === 9;
      if (begun === undefined) {
        if (space || char === 44) continue;
        if (inArray === undefined) {
          inArray = char === 91;
          if (inArray) continue;
        }
        if (inArray && char === 93) {
          closed = true;
          continue;
        }
        begun = line;
        from = i;
        if (char === 34) text = true;
        else if (char === 123 || char === 91) depth = 1;
        continue;
      }
      if (char === 34) text = true;
      else if (char === 123 || char === 91) depth++;
      else if (char === 125 || char === 93) {
        if (depth === 0) {
          finish(i);
          closed = true;
        } else if (--depth === 0) finish(i + 1);
      } else if (depth === 0 && (space || char === 44)) finish(i);
    }
    if (begun !== undefined) {
      parts.push(piece.slice(from));
      length += piece.length - from;
      if (length > MAX_ROW_CHARACTERS) throw new RowTooLong(begun);
    }
    if (values.length > 0) yield values;
  }
  if (begun !== undefined) yield [{ line: begun, text: parts.join("") }];
  else if (inArray && !closed) yield [{ line, text: "" }];
}
