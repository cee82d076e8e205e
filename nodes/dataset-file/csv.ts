/** CSV as RFC 4180 has it, fed in pieces; knows at which line of the file each record begins. */
import { MAX_ROW_CHARACTERS } from "./limits";
import { RowTooLong } from "./lines";

/** `null` is an empty field without quotes. */
export type CsvRecord = {
  line: number;
  /** The last line of the file that it is on, where that is another. */
  end?: number;
  fields: (string | null)[];
  /** Its quote is never closed: `fields` are those of its first line. */
  open?: true;
};

const QUOTE = 34;
const CR = 13;
const LF = 10;

export class CsvParser {
  private rest = "";
  private line = 1;

  constructor(private readonly delimiter: string) {}

  /** Records that are complete so far. Empty lines are none. */
  push(text: string): CsvRecord[] {
    this.rest += text;
    const records: CsvRecord[] = [];
    let at = 0;
    for (;;) {
      const found = this.record(at, false);
      if (!found) break;
      at = found.next;
      if (found.record) records.push(found.record);
    }
    this.rest = this.rest.slice(at);
    if (this.rest.length > MAX_ROW_CHARACTERS) throw new RowTooLong(this.line);
    return records;
  }

  /**
   * What is left when the file has ended: its last record without a line end, or all that follows a quote that is never
   * closed. Only the line with such a quote is lost, and the lines after it are read anew.
   */
  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    let at = 0;
    while (at < this.rest.length) {
      const found = this.record(at, true);
      if (!found) break;
      at = found.next;
      if (found.record) records.push(found.record);
    }
    this.rest = "";
    return records;
  }

  private record(start: number, last: boolean): { record?: CsvRecord; next: number } | undefined {
    const text = this.rest;
    const delimiter = this.delimiter.charCodeAt(0);
    const fields: (string | null)[] = [];
    let lines = 0;
    let at = start;
    for (;;) {
      let field: string | null;
      if (text.charCodeAt(at) === QUOTE) {
        const close = closingQuote(text, at + 1);
        if (close < 0) {
          return last ? this.broken(fields, at) : undefined;
        }
        field = text.slice(at + 1, close).replaceAll('""', '"');
        const begin = at;
        const before = lines;
        for (let i = at; i < close; i++) if (text.charCodeAt(i) === LF) lines++;
        at = close + 1;
        // Text after a closing quote is kept as it stands: `"a"b` is `ab`.
        const tail = at;
        while (at < text.length && !isEnd(text.charCodeAt(at), delimiter)) at++;
        // Lines further down it is the opening quote of another field that was taken for the closing one.
        if (at > tail && lines > before) return this.broken(fields, begin);
        field += text.slice(tail, at);
      } else {
        const from = at;
        while (at < text.length && !isEnd(text.charCodeAt(at), delimiter)) at++;
        field = at === from ? null : text.slice(from, at);
      }
      if (at >= text.length && !last) return undefined;
      fields.push(field);
      const end = text.charCodeAt(at);
      if (end === delimiter) {
        at++;
        continue;
      }
      if (end === CR) {
        // The line feed that belongs to it may not have come yet.
        if (at + 1 >= text.length && !last) return undefined;
        at++;
      }
      if (text.charCodeAt(at) === LF) at++;
      const line = this.line;
      this.line += lines + 1;
      if (fields.length === 1 && fields[0] === null) return { next: at };
      return { record: { line, fields, ...(lines > 0 && { end: line + lines }) }, next: at };
    }
  }

  /** The line of a record whose quote at `at` is never closed; what follows it is read anew. */
  private broken(fields: (string | null)[], at: number) {
    const feed = this.rest.indexOf("\n", at);
    const next = feed < 0 ? this.rest.length : feed + 1;
    fields.push(this.rest.slice(at, next).trimEnd());
    return { record: { line: this.line++, fields, open: true as const }, next };
  }
}

const isEnd = (code: number, delimiter: number) => code === delimiter || code === LF || code === CR;

function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2);
  // A quote at the very end may be the first half of a doubled one.
  return at;
}
