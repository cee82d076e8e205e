/** A file as a stream of records, whatever its format. */
import { basename } from "node:path";
import { Digits, type LedgerEntry } from "@/engines/table";
import { Failure } from "@/graph/problems";
import { fileHead, readBytes } from "./bytes";
import { CsvParser } from "./csv";
import { decodeText } from "./decode";
import type { Compression, Encoding, FileFormat } from "./facts";
import { splitJsonValues } from "./json-values";
import { MAX_DEPTH, MAX_ROW_CHARACTERS, SNIFF_BYTES } from "./limits";
import { type Line, RowTooLong, splitLines, splitParagraphs } from "./lines";
import { parseJson } from "./parse-json";
import { isObject, rowsWithin } from "./rows-within";
import { sniffCompression, sniffDelimiter, sniffEncoding, sniffFormat, sniffOther } from "./sniff";

export type SourceParams = {
  format: "auto" | FileFormat;
  encoding: "auto" | Encoding;
  header: boolean;
  textRows: "line" | "paragraph";
};
export type Source = {
  path: string;
  format: FileFormat;
  compression: Compression;
  encoding: Encoding;
  delimiter: string;
  size: number;
  mtimeMs: number;
  header: boolean;
  textRows: "line" | "paragraph";
  /** Lines end as on old Macs: a return and no line feed. */
  crLines?: true;
};

/** Excel's own first line, which says what separates the fields. */
const SEP_LINE = /^sep=([,;|\t])\r?\n/i;

/** `line` is where the record begins in the file. */
type FoundRecord =
  /** `missing`: how many of its numbers are none (`NaN`) and were read as null. */
  | { line: number; row: Record<string, unknown>; missing?: number; bad?: never }
  | { line: number; bad: LedgerEntry; row?: never };
/** `place` is its line, `r12`; of records that begin on one line the second is `r12.2`. */
export type SourceRecord = FoundRecord & { place: string };

/** Looks at the head of the file. Throws Failure for an empty file and for what is no table at all. */
export async function openSource(path: string, params: SourceParams): Promise<Source> {
  const { head, size, mtimeMs } = await fileHead(path);
  const name = basename(path);
  if (size === 0) throw new Failure("INVALID_INPUT", "empty-file", { path: name });
  const common = { path, size, mtimeMs, header: params.header, textRows: params.textRows };
  const isParquet = head.subarray(0, 4).toString("latin1") === "PAR1";
  if (isParquet || params.format === "parquet") {
    if (!isParquet) throw new Failure("INVALID_INPUT", "not-parquet", { path: name });
    return { ...common, format: "parquet", compression: "none", encoding: "utf-8", delimiter: "," };
  }
  const compression = sniffCompression(head);
  const unpacked = compression === "none" ? head : await firstBytes(path, compression);
  const whole = compression === "none" && size <= head.length;
  const encoding = params.encoding === "auto" ? sniffEncoding(unpacked, whole) : params.encoding;
  const other = sniffOther(unpacked, encoding);
  if (other) throw new Failure("INVALID_INPUT", "not-rows", { path: name, what: other });
  const pieces: string[] = [];
  for await (const text of decodeText(once(unpacked), encoding)) pieces.push(text);
  const text = pieces.join("");
  const format = params.format === "auto" ? sniffFormat(name, text, whole) : params.format;
  const stated = SEP_LINE.exec(text)?.[1];
  const delimiter = format === "tsv" ? "\t" : format === "csv" ? (stated ?? sniffDelimiter(text)) : ",";
  const crLines = text.includes("\r") && !text.includes("\n");
  return { ...common, format, compression, encoding, delimiter, ...(crLines && { crLines }) };
}

async function firstBytes(path: string, compression: Compression): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readBytes(path, compression, { head: SNIFF_BYTES })) pieces.push(piece);
  return Buffer.concat(pieces).subarray(0, SNIFF_BYTES);
}

async function* once(bytes: Buffer) {
  yield bytes;
}

export type ReadRecords = {
  signal?: AbortSignal;
  head?: number;
  /** How many bytes of text were not in the encoding. */
  onInvalid?: (count: number) => void;
  /** The file is one object around its rows: in which list they stand (none: it is a table of columns), and what stands beside it. */
  onWrapped?: (wrapped: Wrapped) => void;
};
export type Wrapped = { list: string; beside: string };

/** Batches of records of any format but Parquet. Throws Failure `row-too-long`. */
export async function* readRecords(
  source: Source,
  options: ReadRecords = {},
): AsyncGenerator<SourceRecord[]> {
  const bytes = readBytes(source.path, source.compression, options);
  const text = decodeText(bytes, source.encoding, options.onInvalid);
  let [last, times] = [0, 0];
  const placed = (record: FoundRecord): SourceRecord => {
    times = record.line === last ? times + 1 : 1;
    last = record.line;
    return Object.assign(record, { place: times === 1 ? `r${last}` : `r${last}.${times}` });
  };
  try {
    for await (const batch of byFormat(source, text, options.onWrapped)) yield batch.map(placed);
  } catch (error) {
    if (!(error instanceof RowTooLong)) throw error;
    throw new Failure("INVALID_INPUT", "row-too-long", {
      path: basename(source.path),
      line: error.line,
      megabytes: MAX_ROW_CHARACTERS / 1024 ** 2,
    });
  }
}

async function* returnsToFeeds(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const piece of pieces) yield piece.replaceAll("\r", "\n");
}

function byFormat(
  source: Source,
  pieces: AsyncIterable<string>,
  onWrapped: ReadRecords["onWrapped"],
): AsyncGenerator<FoundRecord[]> {
  const text = source.crLines ? returnsToFeeds(pieces) : pieces;
  switch (source.format) {
    case "jsonl":
      return unwrapped(jsonLines(splitLines(text)), onWrapped);
    case "json":
      return unwrapped(jsonValues(splitJsonValues(text)), onWrapped);
    case "csv":
    case "tsv":
      return csvRecords(text, source.delimiter, source.header);
    case "text":
      return textRows(source.textRows === "line" ? splitLines(text) : splitParagraphs(text));
    case "parquet":
      throw new Error("Parquet is read by the table engine");
  }
}

/** A line holds one object; or several, one after the other, where a line end was lost. */
async function* jsonLines(lines: AsyncIterable<Line[]>): AsyncGenerator<FoundRecord[]> {
  for await (const batch of lines) {
    const records: FoundRecord[] = [];
    for (const line of batch) {
      if (line.text.trim() === "") continue;
      const record = parseObject(line);
      records.push(...(record.bad?.rule === "not-json" ? ((await severalOf(line)) ?? [record]) : [record]));
    }
    yield records;
  }
}

/** The objects of a line, where it is nothing but objects. */
async function severalOf({ line, text }: Line): Promise<FoundRecord[] | undefined> {
  if (!/\}\s*,?\s*\{/.test(text)) return undefined;
  const records: FoundRecord[] = [];
  for await (const values of splitJsonValues(onePiece(text)))
    for (const value of values) records.push(parseObject({ line, text: value.text }));
  return records.every(({ row }) => row) ? records : undefined;
}

async function* onePiece(text: string) {
  yield text;
}

/** A file that is one object around its rows is those rows. */
async function* unwrapped(
  batches: AsyncIterable<FoundRecord[]>,
  onWrapped: ReadRecords["onWrapped"],
): AsyncGenerator<FoundRecord[]> {
  let first: FoundRecord | undefined;
  let count = 0;
  for await (const records of batches) {
    if (!records.length) continue;
    count += records.length;
    if (first) yield [first];
    first = count === records.length && records.length === 1 ? records[0] : undefined;
    if (!first) yield records;
  }
  if (!first) return;
  const found = first.row && rowsWithin(first.row);
  if (!found) return yield [first];
  onWrapped?.(found);
  yield found.rows.map((row, i) => ({ line: i + 1, row }));
}

async function* jsonValues(values: AsyncIterable<Line[]>): AsyncGenerator<FoundRecord[]> {
  for await (const batch of values) yield batch.map(parseObject);
}

function parseObject({ line, text }: Line): FoundRecord {
  try {
    const { value: row, missing } = parseJson(text);
    if (isTooDeep(row)) return tooDeep({ line, text });
    if (isObject(row)) return missing ? { line, row, missing } : { line, row };
    const found = Array.isArray(row)
      ? "list"
      : row === null
        ? "null"
        : row instanceof Digits
          ? "number"
          : typeof row;
    return { line, bad: { rule: "not-an-object", values: { line, found }, before: text } };
  } catch (error) {
    if (error instanceof RangeError) return tooDeep({ line, text });
    const said = (error as Error).message.slice(0, 200);
    return { line, bad: { rule: "not-json", values: { line, said }, before: text } };
  }
}

const tooDeep = ({ line, text }: Line): FoundRecord => ({
  line,
  bad: { rule: "too-deep", values: { line, depth: MAX_DEPTH }, before: text },
});

const isTooDeep = (value: unknown, left = MAX_DEPTH): boolean =>
  typeof value === "object" &&
  value !== null &&
  (left === 0 || Object.values(value).some((one) => isTooDeep(one, left - 1)));

async function* csvRecords(
  text: AsyncIterable<string>,
  delimiter: string,
  header: boolean,
): AsyncGenerator<FoundRecord[]> {
  const parser = new CsvParser(delimiter);
  let keys: string[] | undefined;
  const take = (records: ReturnType<CsvParser["push"]>): FoundRecord[] =>
    records.flatMap(({ line, end = line, fields, open }): FoundRecord[] => {
      if (line === 1 && fields.length === 2 && /^sep=$/i.test(fields[0] ?? "") && fields[1] === null)
        return [];
      const before = () => fields.map((field) => field ?? "").join(delimiter);
      if (open) return [{ line, bad: { rule: "quote-open", values: { line }, before: before() } }];
      if (!keys) {
        keys = fields.map((field, i) => (header && field?.trim()) || `column${i + 1}`);
        if (header) return [];
      }
      if (fields.length !== keys.length) {
        const values = { line, fields: fields.length, expected: keys.length };
        const bad =
          end > line
            ? { rule: "other-fields-over-lines", values: { ...values, end }, before: before() }
            : { rule: "other-fields", values, before: before() };
        return [{ line, bad }];
      }
      return [{ line, row: named(keys, fields) }];
    });
  for await (const piece of text) yield take(parser.push(piece));
  yield take(parser.end());
}

/** A name that stands twice gets the place in it, so that no field is lost. */
function named(keys: readonly string[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = Object.create(null);
  keys.forEach((key, i) => {
    row[Object.hasOwn(row, key) ? `${key}_${i + 1}` : key] = fields[i];
  });
  return row;
}

async function* textRows(lines: AsyncIterable<Line[]>): AsyncGenerator<FoundRecord[]> {
  for await (const batch of lines) {
    yield batch.filter(({ text }) => text.trim() !== "").map(({ line, text }) => ({ line, row: { text } }));
  }
}
