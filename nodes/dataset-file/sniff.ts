/** Which format and encoding a file has, decided from its name and first bytes. Pure. */
import { CsvParser } from "./csv";
import type { Compression, Encoding, FileFormat } from "./facts";

const starts = (bytes: Uint8Array, ...magic: number[]) => magic.every((byte, i) => bytes[i] === byte);

export function sniffCompression(head: Uint8Array): Compression {
  if (starts(head, 0x1f, 0x8b)) return "gzip";
  if (starts(head, 0x28, 0xb5, 0x2f, 0xfd)) return "zstd";
  return "none";
}

/** `latin-1` stands for Windows-1252, as on the web. */
export function sniffEncoding(head: Uint8Array, whole: boolean): Encoding {
  if (starts(head, 0xff, 0xfe)) return "utf-16le";
  if (starts(head, 0xfe, 0xff)) return "utf-16be";
  const bare = bareUtf16(head);
  if (bare) return bare;
  try {
    // A head cut inside a character is still UTF-8.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: !whole });
    return "utf-8";
  } catch {
    return isMostlyUtf8(head) ? "utf-8" : "latin-1";
  }
}

/** Letters beyond ASCII are far more often whole than broken: a few bad bytes must not make `Ã­` of every `í`. */
function isMostlyUtf8(head: Uint8Array): boolean {
  const beyond = new TextDecoder().decode(head).match(/[^\0-\x7f]/g) ?? [];
  const broken = beyond.filter((letter) => letter === "\ufffd").length;
  return beyond.length - broken > broken;
}

/** Without a mark: letters of Latin script have a zero for one of their two bytes, always the same one. */
function bareUtf16(head: Uint8Array): Encoding | undefined {
  const pairs = Math.min(head.length >> 1, 2_048);
  if (pairs < 4) return undefined;
  const zeros = [0, 0];
  for (let i = 0; i < pairs * 2; i++) if (head[i] === 0) zeros[i % 2]!++;
  const [first, second] = zeros as [number, number];
  if (second > pairs * 0.6 && first < pairs * 0.02) return "utf-16le";
  return first > pairs * 0.6 && second < pairs * 0.02 ? "utf-16be" : undefined;
}

/** A name for files that are no rows at all, or undefined. */
export function sniffOther(head: Uint8Array, encoding: Encoding): string | undefined {
  if (starts(head, 0x50, 0x4b, 3, 4)) return "a zip archive";
  if (starts(head, 0x25, 0x50, 0x44, 0x46)) return "a PDF";
  if (starts(head, 0x42, 0x5a, 0x68)) return "a bzip2 archive";
  if (starts(head, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) return "an xz archive";
  if (starts(head, 0x47, 0x47, 0x55, 0x46)) return "a GGUF model";
  if (!encoding.startsWith("utf-16") && head.includes(0)) return "binary data";
  return undefined;
}

const byName: [RegExp, FileFormat][] = [
  [/\.(jsonl|ndjson)$/i, "jsonl"],
  [/\.json$/i, "json"],
  [/\.csv$/i, "csv"],
  [/\.(tsv|tab)$/i, "tsv"],
  [/\.(txt|text|md)$/i, "text"],
  [/\.(parquet|pq)$/i, "parquet"],
];

/** `head` is decoded text, `whole` when it is the entire file. Content wins over the name where it is plain. */
export function sniffFormat(name: string, head: string, whole: boolean): FileFormat {
  const bare = name.replace(/\.(gz|gzip|zst|zstd)$/i, "");
  const named = byName.find(([pattern]) => pattern.test(bare))?.[1];
  const text = head.trimStart();
  if (named === "text" || named === "csv" || named === "tsv") return named;
  if (named === "jsonl") return isOneJson(text) ? "json" : "jsonl";
  if (text.startsWith("[")) return looksLikeArray(text) ? "json" : (named ?? "text");
  if (text.startsWith("{")) return looksLikeLines(text, whole) ? "jsonl" : "json";
  if (named === "json") return "json";
  const lines = text.split(/\r?\n/, 20);
  if (lines.length > 1 && isTable(text, sniffDelimiter(text)))
    return sniffDelimiter(text) === "\t" ? "tsv" : "csv";
  return "text";
}

/** An array, or an object over several lines: no line of it is a row. A bad first line of JSON Lines is neither. */
function isOneJson(text: string): boolean {
  const [line = "", next = ""] = text.split(/\r\n?|\n/, 2);
  if (line.startsWith("[")) return looksLikeArray(text) && !(isJson(line) && next.startsWith("["));
  return /^\{\s*$/.test(line) || (line.startsWith("{") && /[{[,]\s*$/.test(line) && !isJson(line));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

const looksLikeArray = (text: string) => /^\[\s*([[{"\]]|-?\d|true|false|null)/.test(text);

function looksLikeLines(text: string, whole: boolean): boolean {
  const end = text.indexOf("\n");
  if (end < 0) return !whole;
  try {
    JSON.parse(text.slice(0, end));
  } catch {
    return false;
  }
  // One object on one line and nothing else is a JSON file.
  return text.slice(end).trim() !== "" || !whole;
}

const DELIMITERS = [",", "\t", ";", "|"] as const;

/** The delimiter that cuts most of the first records into the same number of fields, the largest. */
export function sniffDelimiter(head: string): string {
  let best: { delimiter: string; score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of DELIMITERS) {
    const widths = recordWidths(head, delimiter);
    const width = widths[0] ?? 1;
    if (width < 2) continue;
    const same = widths.filter((other) => other === width).length / widths.length;
    const score = same * 1_000 + width;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function isTable(head: string, delimiter: string): boolean {
  const widths = recordWidths(head, delimiter);
  const width = widths[0] ?? 1;
  return width > 1 && widths.length > 1 && widths.every((other) => other === width);
}

function recordWidths(head: string, delimiter: string): number[] {
  const parser = new CsvParser(delimiter);
  // The last record may be cut off.
  return parser
    .push(`${head.slice(0, 32_768)}\n`)
    .slice(0, 20)
    .slice(0, head.length > 32_768 ? -1 : undefined)
    .map((record) => record.fields.length);
}
