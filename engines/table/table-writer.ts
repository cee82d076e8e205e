/** Writes rows to a Parquet file (zstd), in batches, under a temporary name until it is whole. */
import { randomUUID } from "node:crypto";
import { rename, rm, stat } from "node:fs/promises";
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBType } from "@duckdb/node-api";
import { encoder, own, type Row, type SqlColumn } from "./cells";
import { copyOptions, groupRows } from "./copy";
import { openConnection } from "./database";
import { BATCH_CHARACTERS, BATCH_ROWS, PART_CHARACTERS, PART_ROWS } from "./limits";
import { ident, literal } from "./quote";

export type Written = { rows: number; bytes: number };
export type WriterOptions = { partRows?: number; partCharacters?: number };

/**
 * `const writer = await TableWriter.open(path, columns); await writer.append(rows); await writer.close();`
 * Rows are plain objects; missing cells are NULL, unknown keys are ignored. On an error call `discard`.
 * Equal rows give equal bytes.
 */
export class TableWriter {
  rows = 0;
  private pending: Row[] = [];
  private readonly parts: string[] = [];
  private partRows = 0;
  private partCharacters = 0;
  private pendingCharacters = 0;
  private characters = 0;
  private readonly temporary: string;

  private constructor(
    private readonly path: string,
    private readonly columns: readonly SqlColumn[],
    private readonly connection: DuckDBConnection,
    private readonly table: string,
    private readonly types: DuckDBType[],
    private readonly options: Required<WriterOptions>,
  ) {
    this.temporary = `${path}.${randomUUID()}.tmp`;
  }

  static async open(
    path: string,
    columns: readonly SqlColumn[],
    options: WriterOptions = {},
  ): Promise<TableWriter> {
    const connection = await openConnection();
    try {
      const table = `w_${randomUUID().replaceAll("-", "")}`;
      await createTable(connection, table, columns);
      const types = (await connection.run(`SELECT * FROM temp.${table} LIMIT 0`)).columnTypes();
      return new TableWriter(path, columns, connection, table, types, {
        partRows: options.partRows ?? PART_ROWS,
        partCharacters: options.partCharacters ?? PART_CHARACTERS,
      });
    } catch (error) {
      connection.closeSync();
      throw error;
    }
  }

  /** Wait for it before giving more: that is what bounds memory. */
  async append(rows: readonly Row[]): Promise<void> {
    for (const row of rows) if (this.hold(row)) await this.flush();
  }

  async appendRow(row: Row): Promise<void> {
    if (this.hold(row)) await this.flush();
  }

  /** Whether enough is held to hand it over. */
  private hold(row: Row): boolean {
    this.rows += 1;
    this.pending.push(row);
    this.pendingCharacters += sizeOf(row);
    return this.pending.length >= BATCH_ROWS || this.pendingCharacters >= BATCH_CHARACTERS;
  }

  /** Writes what is left and gives the file its name. */
  async close(): Promise<Written> {
    try {
      await this.flush();
      if (this.partRows > 0 || this.parts.length === 0) await this.finishPart();
      if (this.parts.length === 1) await rename(this.parts[0]!, this.path);
      else {
        const list = this.parts.map(literal).join(", ");
        await this.connection.run(
          `COPY (SELECT * FROM read_parquet([${list}])) TO ${literal(this.temporary)} ${copyOptions(groupRows(this.characters / this.rows))}`,
        );
        await rename(this.temporary, this.path);
      }
      return { rows: this.rows, bytes: (await stat(this.path)).size };
    } finally {
      await this.discard();
    }
  }

  /** Drops everything written so far; harmless after `close`. */
  async discard(): Promise<void> {
    await Promise.all([this.temporary, ...this.parts].map((file) => rm(file, { force: true })));
    this.connection.closeSync();
  }

  private async flush(): Promise<void> {
    const rows = this.pending;
    if (rows.length === 0) return;
    this.pending = [];
    this.partCharacters += this.pendingCharacters;
    this.characters += this.pendingCharacters;
    this.pendingCharacters = 0;
    const columns = this.columns.map(({ name }, i) => {
      const encode = encoder(this.types[i]!);
      return rows.map((row) => {
        const value = own(row, name);
        try {
          return encode(value);
        } catch (cause) {
          throw new TypeError(
            `column ${name}: ${JSON.stringify(value)?.slice(0, 200)} is not ${this.columns[i]!.sql}`,
            {
              cause,
            },
          );
        }
      });
    });
    const chunk = DuckDBDataChunk.create(this.types, rows.length);
    chunk.setColumns(columns);
    const appender = await this.connection.createAppender(this.table, "main", "temp");
    appender.appendDataChunk(chunk);
    appender.closeSync();
    this.partRows += rows.length;
    if (this.partRows >= this.options.partRows || this.partCharacters >= this.options.partCharacters) {
      await this.finishPart();
    }
  }

  private async finishPart(): Promise<void> {
    const part = `${this.temporary}.${this.parts.length}`;
    this.parts.push(part);
    const options = copyOptions(groupRows(this.partCharacters / Math.max(1, this.partRows)));
    await this.connection.run(`COPY temp.${this.table} TO ${literal(part)} ${options}`);
    await this.connection.run(`DROP TABLE temp.${this.table}`);
    await createTable(this.connection, this.table, this.columns);
    this.partRows = 0;
    this.partCharacters = 0;
  }
}

function createTable(connection: DuckDBConnection, table: string, columns: readonly SqlColumn[]) {
  return connection.run(
    `CREATE TEMP TABLE ${table} (${columns.map(({ name, sql }) => `${ident(name)} ${sql}`).join(", ")})`,
  );
}

/** Roughly how many characters a cell holds. */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  let size = 8;
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item);
  else if (value && typeof value === "object") for (const key in value) size += sizeOf((value as Row)[key]);
  return size;
}
