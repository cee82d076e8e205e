/** What a look at the head of a file tells. */
import { fieldsOf, type SqlColumn } from "@/engines/table";
import type { Column, DatasetShape } from "@/graph/ports";

export const FILE_FORMATS = ["jsonl", "json", "csv", "tsv", "parquet", "text"] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
export type Compression = "none" | "gzip" | "zstd";
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "latin-1";

export type FileFacts = {
  name: string;
  format: FileFormat;
  compression: Compression;
  encoding: Encoding;
  bytes: number;
  shape: DatasetShape;
  columns: Column[];
  /** Counted when `exact`, else reckoned from the head. */
  rows: number;
  exact: boolean;
  badRows: number;
  sample: Record<string, unknown>[];
};

/** A data set is what its columns make it: `messages` as role and content, or `text`, or a plain table. */
export function shapeOf(columns: readonly SqlColumn[]): DatasetShape {
  const sql = new Map(columns.map((column) => [column.name, column.sql]));
  if (fieldsOf(sql.get("messages"))) return "chat";
  if (sql.get("text") === "VARCHAR") return sql.get("label") === "VARCHAR" ? "labelled" : "text";
  return "table";
}
