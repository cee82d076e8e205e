/** Rows written as they are read, with the columns that the first of them have: most files are then read once. */
import { type SqlColumn, TableWriter } from "@/engines/table";
import { type FoundColumn, fitRow } from "./columns";
import { DRAFT_BATCHES, DRAFT_ROWS } from "./limits";

type Read = { id: string; row: Record<string, unknown> };

export class DraftTable {
  private writer: TableWriter | undefined;
  private columns: readonly FoundColumn[] = [];
  private held: Read[] = [];
  private batches = 0;
  private failed = false;

  constructor(private readonly file: string) {}

  /** `found`: the columns that all rows so far ask for, these included. Once they change nothing more is written. */
  async add(rows: readonly Read[], found: () => FoundColumn[]): Promise<void> {
    if (this.failed) return;
    for (const row of rows) this.held.push(row);
    this.batches++;
    if (!this.writer && this.held.length < DRAFT_ROWS && this.batches < DRAFT_BATCHES) return;
    await this.write(found());
  }

  /** Gives the file its name when it has exactly these columns; otherwise there is none, and the answer is false. */
  async close(columns: FoundColumn[]): Promise<boolean> {
    if (!this.failed) await this.write(columns);
    if (!this.failed) await this.writer?.close();
    return !this.failed;
  }

  /** Harmless after `close`. */
  async discard(): Promise<void> {
    this.failed = true;
    this.held = [];
    await this.writer?.discard();
    this.writer = undefined;
  }

  private async write(columns: FoundColumn[]): Promise<void> {
    if (!this.writer) {
      this.columns = columns;
      this.writer = await TableWriter.open(this.file, sqlOf(columns));
    } else if (!areSame(columns, this.columns)) return this.discard();
    await this.writer.append(this.held.map(({ id, row }) => fitRow(columns, row, id)));
    this.held = [];
  }
}

export const sqlOf = (columns: readonly FoundColumn[]): SqlColumn[] => [
  { name: "_row", sql: "VARCHAR" },
  ...columns.map(({ name, sql }) => ({ name, sql })),
];

const areSame = (a: readonly FoundColumn[], b: readonly FoundColumn[]) =>
  a.length === b.length &&
  a.every(({ key, name, sql }, i) => key === b[i]!.key && name === b[i]!.name && sql === b[i]!.sql);
