/** Which rows of a table go on, and the new values of those that change: one line a row, joined to the table by position. */
import { randomUUID } from "node:crypto";
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { SqlColumn } from "./cells";
import { copyParquet } from "./copy";
import { BATCH_CHARACTERS, BATCH_ROWS } from "./limits";
import { ident, parquet } from "./quote";

/** New values of a row by column, as DuckDB has them: nothing passes through JSON. */
export type NewCells = ReadonlyMap<string, DuckDBValue>;

/** A column of what is written: as it was, or made by an expression over the columns of `data`. */
export type CopiedColumn = {
  name: string;
  /** `cell`: the new value of this column, where it can change; `changed` says whether a row has one. */
  sql?: (verdict: { changed: string; cell: string }) => string;
};

/**
 * Rows come in order; those that nobody names are kept as they are. Only columns named in `open` can change.
 * Positions join without sorting, hashing or holding rows, so order and values stay exactly as they were.
 */
export class VerdictTable {
  private readonly keep: boolean[] = [];
  private readonly flags: boolean[][];
  private readonly values: DuckDBValue[][];
  private place = 0;
  /** Characters of new cells: in the chunk under way, and in the appender. */
  private held = 0;
  private poured = 0;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly appender: DuckDBAppender,
    private readonly table: string,
    private readonly types: DuckDBType[],
    private readonly changing: readonly SqlColumn[],
  ) {
    this.flags = changing.map(() => []);
    this.values = changing.map(() => []);
  }

  /** Lives as long as the connection. */
  static async open(connection: DuckDBConnection, changing: readonly SqlColumn[]): Promise<VerdictTable> {
    const table = `verdicts_${randomUUID().replaceAll("-", "")}`;
    const columns = ["keep BOOLEAN", ...changing.flatMap(({ sql }, i) => [`f${i} BOOLEAN`, `v${i} ${sql}`])];
    await connection.run(`CREATE TEMP TABLE ${table} (${columns.join(", ")})`);
    const types = (await connection.run(`SELECT * FROM temp.${table} LIMIT 0`)).columnTypes();
    const appender = await connection.createAppender(table, "main", "temp");
    return new VerdictTable(connection, appender, table, types, changing);
  }

  /** The verdict on the row at `place`; rows before it that were not named are kept. `size`: characters of the new cells. */
  add(place: number, keep: boolean, cells?: NewCells, size = 0): void {
    this.keepUpTo(place);
    this.line(keep, cells);
    this.held += size;
    if (this.held >= BATCH_CHARACTERS) this.flush();
  }

  /** Writes the rows of `path` that go on to `file`. Returns how many; `rows` is how many `path` has. */
  async copy(path: string, columns: readonly CopiedColumn[], rows: number, file: string): Promise<number> {
    this.keepUpTo(rows);
    this.flush();
    this.appender.closeSync();
    const chosen = columns.map(({ name, sql }) => {
      const i = this.changing.findIndex((column) => column.name === name);
      const as = `data.${ident(name)}`;
      const [changed, cell] = i < 0 ? ["false", "NULL"] : [`verdict.f${i}`, `verdict.v${i}`];
      if (sql) return `${sql({ changed, cell })} AS ${ident(name)}`;
      return i < 0 ? as : `CASE WHEN ${changed} THEN ${cell} ELSE ${as} END AS ${ident(name)}`;
    });
    return copyParquet(
      `SELECT ${chosen.join(", ")} FROM ${parquet(path)} data POSITIONAL JOIN temp.${this.table} verdict WHERE verdict.keep`,
      file,
      { connection: this.connection, like: path },
    );
  }

  private keepUpTo(place: number): void {
    while (this.place < place) this.line(true);
  }

  private line(keep: boolean, cells?: NewCells): void {
    this.keep.push(keep);
    for (const [i, { name }] of this.changing.entries()) {
      this.flags[i]!.push(cells?.has(name) ?? false);
      this.values[i]!.push(cells?.get(name) ?? null);
    }
    this.place++;
    if (this.keep.length === BATCH_ROWS) this.flush();
  }

  private flush(): void {
    const rows = this.keep.length;
    if (rows === 0) return;
    const chunk = DuckDBDataChunk.create(this.types, rows);
    chunk.setColumns([this.keep, ...this.changing.flatMap((_, i) => [this.flags[i]!, this.values[i]!])]);
    this.appender.appendDataChunk(chunk);
    // The appender holds what it was given until then.
    this.poured += this.held;
    if (this.poured >= BATCH_CHARACTERS) {
      this.appender.flushSync();
      this.poured = 0;
    }
    this.held = 0;
    this.keep.length = 0;
    for (const list of [...this.flags, ...this.values]) list.length = 0;
  }
}
