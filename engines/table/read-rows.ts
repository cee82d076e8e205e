/** Rows of a Parquet file, streamed: never more than a few batches are in memory. */

import type { DuckDBDataChunk, DuckDBType } from "@duckdb/node-api";
import { type Cell, type Row, rowDecoder } from "./cells";
import { openConnection } from "./database";
import { BATCH_ROWS } from "./limits";
import { ident, parquet } from "./quote";

export type ReadOptions = {
  batchSize?: number;
  /** Only these, in this order. */
  columns?: readonly string[];
  offset?: number;
  limit?: number;
  signal?: AbortSignal;
};

/** Batches of rows in file order. `T` is what the caller knows of the columns; cells are as `Cell` says. */
export async function* readBatches<T extends object = Row>(
  path: string,
  { batchSize = BATCH_ROWS, columns, offset, limit, signal }: ReadOptions = {},
): AsyncGenerator<T[], void, undefined> {
  const chosen = columns ? columns.map(ident).join(", ") : "*";
  const page = `${limit === undefined ? "" : ` LIMIT ${Math.trunc(limit)}`}${offset ? ` OFFSET ${Math.trunc(offset)}` : ""}`;
  yield* streamQuery<T>(`SELECT ${chosen} FROM ${parquet(path)}${page}`, {
    batchSize,
    ...(signal && { signal }),
  });
}

/** As `readBatches`, one row at a time. */
export async function* readRows<T extends object = Row>(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<T, void, undefined> {
  for await (const batch of readBatches<T>(path, options)) yield* batch;
}

/** Batches of a statement's result, in its order. The statement must be our own, never a person's text. */
export async function* streamQuery<T extends object = Row>(
  sql: string,
  { batchSize = BATCH_ROWS, signal }: { batchSize?: number; signal?: AbortSignal } = {},
): AsyncGenerator<T[], void, undefined> {
  let decode: ReturnType<typeof rowDecoder> | undefined;
  let pending: Row[] = [];
  for await (const { chunk, names, types } of streamChunks(sql, signal)) {
    decode ??= rowDecoder(names, types);
    const rows = decode(chunk);
    pending = pending.length === 0 ? rows : pending.concat(rows);
    while (pending.length >= batchSize) {
      yield pending.slice(0, batchSize) as T[];
      pending = pending.slice(batchSize);
    }
  }
  if (pending.length > 0) yield pending as T[];
}

export type Chunk = { chunk: DuckDBDataChunk; names: readonly string[]; types: readonly DuckDBType[] };

/** DuckDB's own chunks of a statement's result, in its order; `names` may repeat. A chunk is of use until the next is asked for. */
export async function* streamChunks(
  sql: string,
  signal?: AbortSignal,
): AsyncGenerator<Chunk, void, undefined> {
  signal?.throwIfAborted();
  const connection = await openConnection();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    const result = await connection.stream(sql);
    const names = result.columnNames();
    const types = result.columnTypes();
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      signal?.throwIfAborted();
      yield { chunk, names, types };
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
  }
}

/** All rows of a small statement of our own. */
export async function queryRows<T extends object = Row>(sql: string, signal?: AbortSignal): Promise<T[]> {
  const rows: T[] = [];
  for await (const batch of streamQuery<T>(sql, signal ? { signal } : {})) rows.push(...batch);
  return rows;
}

export type { Cell };
