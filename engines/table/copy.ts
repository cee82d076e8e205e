/** A Parquet file from a statement of our own. */
import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { withConnection } from "./database";
import { BATCH_ROWS, ROW_GROUP_CHARACTERS, ROW_GROUP_ROWS } from "./limits";
import { literal } from "./quote";

/**
 * Digests of outputs depend on these. Level 1 of zstd: files are a sixth larger than with level 3, and a copy takes half
 * the time of the processor.
 */
export const copyOptions = (groupRows = ROW_GROUP_ROWS) =>
  `(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${groupRows})`;

/** Rows per group for rows of `characters` each: a whole number of DuckDB's vectors. */
export function groupRows(characters: number): number {
  const fit = Math.floor(ROW_GROUP_CHARACTERS / Math.max(1, characters) / BATCH_ROWS) * BATCH_ROWS;
  return Math.min(ROW_GROUP_ROWS, Math.max(BATCH_ROWS, fit));
}

/**
 * Streams `select` into `path`, which appears only when whole. Returns the number of rows.
 * Column types stay exactly as the statement gives them. `like`: a file of rows about as long, for the size of groups.
 */
export async function copyParquet(
  select: string,
  path: string,
  { signal, connection, like }: { signal?: AbortSignal; connection?: DuckDBConnection; like?: string } = {},
): Promise<number> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const copy = async (on: DuckDBConnection) => {
    const size = like === undefined ? undefined : groupRows(await rowBytes(on, like));
    const result = await on.runAndReadAll(`COPY (${select}) TO ${literal(temporary)} ${copyOptions(size)}`);
    return Number(result.getRows()[0]?.[0] ?? 0);
  };
  try {
    const rows = connection ? await copy(connection) : await withConnection(copy, signal);
    await rename(temporary, path);
    return rows;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Bytes of a row before compression, on average. */
async function rowBytes(connection: DuckDBConnection, path: string): Promise<number> {
  const escaped = path.replace(/[[*?]/g, (char) => `[${char}]`);
  const read = await connection.runAndReadAll(
    `SELECT sum(total_uncompressed_size)::DOUBLE / greatest(1, max(rows)) FROM parquet_metadata(${literal(escaped)}),
       (SELECT sum(num_rows) AS rows FROM parquet_file_metadata(${literal(escaped)}))`,
  );
  return Number(read.getRows()[0]?.[0] ?? 0);
}
