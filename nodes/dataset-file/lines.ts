/** Text in pieces to lines or paragraphs, with the number of the line in the file. */
import { MAX_ROW_CHARACTERS } from "./limits";

export type Line = { line: number; text: string };

/** One row is longer than a row may be; `line` is where it begins. */
export class RowTooLong extends Error {
  constructor(readonly line: number) {
    super(`row at line ${line} is too long`);
  }
}

/** Line ends are LF or CRLF. Blank lines come too: they count. */
export async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<Line[], void, undefined> {
  let line = 1;
  let parts: string[] = [];
  let length = 0;
  const take = (text: string) => (text.endsWith("\r") ? text.slice(0, -1) : text);
  for await (const piece of pieces) {
    const lines: Line[] = [];
    let at = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", at)) {
      parts.push(piece.slice(at, end));
      lines.push({ line: line++, text: take(parts.join("")) });
      parts = [];
      length = 0;
      at = end + 1;
    }
    if (at < piece.length) {
      parts.push(piece.slice(at));
      length += piece.length - at;
    }
    if (length > MAX_ROW_CHARACTERS) throw new RowTooLong(line);
    if (lines.length > 0) yield lines;
  }
  if (length > 0) yield [{ line, text: take(parts.join("")) }];
}

/** Lines up to the next blank one, joined; numbered by their first line. */
export async function* splitParagraphs(
  pieces: AsyncIterable<string>,
): AsyncGenerator<Line[], void, undefined> {
  let open: Line | undefined;
  for await (const lines of splitLines(pieces)) {
    const done: Line[] = [];
    for (const { line, text } of lines) {
      if (text.trim() === "") {
        if (open) done.push(open);
        open = undefined;
      } else if (open) {
        open.text += `\n${text}`;
        if (open.text.length > MAX_ROW_CHARACTERS) throw new RowTooLong(open.line);
      } else open = { line, text };
    }
    if (done.length > 0) yield done;
  }
  if (open) yield [open];
}
