/** Runs one SELECT that a person wrote over tables we name: no other file, no network, no settings, bounded time and rows. */
import { DuckDBInstance, StatementType } from "@duckdb/node-api";
import type { Column } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { columnType, type Row, rowDecoder } from "./cells";
import { instanceOptions } from "./database";
import { PREVIEW_ROWS, SANDBOX_SECONDS } from "./limits";
import { ident, literal, parquet } from "./quote";

export type SandboxOptions = {
  /** Names as the query uses them, with the Parquet file each stands for. */
  tables: Readonly<Record<string, string>>;
  rows?: number;
  seconds?: number;
  signal?: AbortSignal;
};
export type SandboxResult = { columns: Column[]; rows: Row[]; cut: boolean };

/** Throws Failure INVALID_INPUT `query-refused` with DuckDB's reason, or `query-not-select`; TIMED_OUT `query-too-long`. */
export async function querySandboxed(query: string, options: SandboxOptions): Promise<SandboxResult> {
  const { tables, rows: wanted = PREVIEW_ROWS, seconds = SANDBOX_SECONDS, signal } = options;
  signal?.throwIfAborted();
  const instance = await DuckDBInstance.create(":memory:", instanceOptions({}));
  const connection = await instance.connect();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    connection.interrupt();
  }, seconds * 1000);
  const interrupt = () => connection.interrupt();
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    const paths = Object.values(tables).map(literal).join(", ");
    await connection.run(`SET allowed_paths = [${paths}]`);
    await connection.run("SET enable_external_access = false");
    for (const [name, path] of Object.entries(tables)) {
      await connection.run(`CREATE VIEW ${ident(name)} AS SELECT * FROM ${parquet(path)}`);
    }
    await connection.run("SET lock_configuration = true");

    const statements = await connection.extractStatements(query);
    if (statements.count !== 1) throw new Failure("INVALID_INPUT", "query-not-select");
    const prepared = await statements.prepare(0);
    if (prepared.statementType !== StatementType.SELECT)
      throw new Failure("INVALID_INPUT", "query-not-select");
    const result = await prepared.stream();
    const types = result.columnTypes();
    const names = result.deduplicatedColumnNames();
    const decode = rowDecoder(names, types);
    const rows: Row[] = [];
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      rows.push(...decode(chunk));
      if (rows.length > wanted) break;
    }
    return {
      columns: names.map((name, i) => ({ name, type: columnType(types[i]!) })),
      rows: rows.slice(0, wanted),
      cut: rows.length > wanted,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (late) throw new Failure("TIMED_OUT", "query-too-long", { seconds });
    if (error instanceof Failure) throw error;
    throw new Failure("INVALID_INPUT", "query-refused", {
      why: error instanceof Error ? error.message : String(error),
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}
