/** The one DuckDB instance of a process, bounded in memory and threads. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { MAX_TEMP_SIZE, MEMORY_LIMIT, THREADS } from "./limits";

export type TableSettings = {
  /** Such as `512MB`. */
  memoryLimit?: string;
  threads?: number;
  /** Where queries that outgrow memory spill to. */
  tempDir?: string;
};

let shared: Promise<DuckDBInstance> | undefined;

export function instanceOptions({ memoryLimit, threads, tempDir }: TableSettings): Record<string, string> {
  return {
    memory_limit: memoryLimit ?? MEMORY_LIMIT,
    threads: String(threads ?? THREADS),
    temp_directory: tempDir ?? join(tmpdir(), `telar-table-${process.pid}`),
    max_temp_directory_size: MAX_TEMP_SIZE,
    // All that is needed is built in; nothing is ever fetched.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  };
}

async function create(): Promise<DuckDBInstance> {
  const made = await DuckDBInstance.create(":memory:", instanceOptions({}));
  const connection = await made.connect();
  // Results must not depend on where the machine stands.
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  connection.closeSync();
  return made;
}

function instance(): Promise<DuckDBInstance> {
  shared ??= create();
  return shared;
}

/** Frees the shared instance and its spill files. Call when no table work is under way; the next use opens it again. */
export async function closeTables(): Promise<void> {
  const open = shared;
  shared = undefined;
  if (open) (await open).closeSync();
}

/** A connection of its own for `use`; aborting `signal` interrupts the statement that runs. */
export async function withConnection<T>(
  use: (connection: DuckDBConnection) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const connection = await (await instance()).connect();
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    return await use(connection);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
  }
}

/** A connection that its owner closes, for work that outlives one call (a writer, a stream of rows). */
export async function openConnection(): Promise<DuckDBConnection> {
  return (await instance()).connect();
}
