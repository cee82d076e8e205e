/**
 * The frame of every kind that reads rows: each row goes on as it came, goes on changed, was left out by a rule, or is
 * bad. What did not go on as it came stands in the ledger, and kept + changed + removed + bad = rows read.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Labels } from "@/graph/ports";
import { Failure, type Values } from "@/graph/problems";
import type { Log, OutputFolder, SealedOutput } from "@/graph/runner";
import { describeTable } from "./describe";
import { LEDGER_COLUMNS, type LedgerEntry, ledgerRow } from "./ledger";
import { HOPELESS_ROWS } from "./limits";
import { TableWriter } from "./table-writer";

export type LedgerContext = {
  artifacts: { open(port: "ledger"): Promise<OutputFolder<"dataset">> };
  log: Log;
  metric(name: string, step: number, value: number): void;
};
export type RowCounts = { kept: number; changed: number; removed: number; bad: number };

export class RowLedger {
  readonly counts: RowCounts = { kept: 0, changed: 0, removed: 0, bad: 0 };
  private readonly badRules = new Map<string, { rows: number; row: string; entry: LedgerEntry }>();
  private closed = false;
  private firstBad: { row: string; entry: LedgerEntry } | undefined;

  private constructor(
    private readonly ctx: LedgerContext,
    private readonly folder: OutputFolder<"dataset">,
    private readonly writer: TableWriter,
    private readonly maxBadRows: number,
    private readonly values: Values,
  ) {}

  /** `maxBadRows` is the share of rows read that may be bad; `values` are for the sentences of the failures. */
  static async open(
    ctx: LedgerContext,
    { maxBadRows, values = {} }: { maxBadRows: number; values?: Values },
  ): Promise<RowLedger> {
    const folder = await ctx.artifacts.open("ledger");
    const writer = await TableWriter.open(join(folder.dir, "data.parquet"), LEDGER_COLUMNS);
    return new RowLedger(ctx, folder, writer, maxBadRows, values);
  }

  /** Rows read so far. */
  get read(): number {
    const { kept, changed, removed, bad } = this.counts;
    return kept + changed + removed + bad;
  }

  /** Rows that go on as they came. */
  keep(rows = 1): void {
    this.counts.kept += rows;
  }

  /** A row that goes on in another form, or does not go on. @throws Failure `too-many-bad-rows` once most of the first rows are bad */
  async record(action: Exclude<keyof RowCounts, "kept">, row: string, entry: LedgerEntry): Promise<void> {
    this.counts[action]++;
    await this.writer.appendRow(ledgerRow({ _row: row }, action, entry));
    if (action !== "bad") return;
    this.firstBad ??= { row, entry };
    const known = this.badRules.get(entry.rule);
    if (known) known.rows++;
    else this.badRules.set(entry.rule, { rows: 1, row, entry });
    const { bad } = this.counts;
    if (this.read >= HOPELESS_ROWS && bad > this.read / 2 && this.maxBadRows < 0.5) throw this.tooManyBad();
  }

  /**
   * Writes the ledger, once all rows were read. `labels` are those of the rows in it, for a source; elsewhere they flow
   * in. `values` are for the sentence of `no-rows-left`.
   * @throws Failure INVALID_INPUT `too-many-bad-rows`, `no-rows-left`
   */
  async seal({
    labels,
    values = {},
  }: {
    labels?: Labels;
    values?: Values;
  } = {}): Promise<SealedOutput<"dataset">> {
    this.report();
    this.check(values);
    this.closed = true;
    await this.writer.close();
    const file = join(this.folder.dir, "data.parquet");
    return this.folder.seal({
      shape: "table",
      columns: (await describeTable(file)).columns,
      rows: this.writer.rows,
      bytes: (await stat(file)).size,
      ...(labels && { labels }),
    });
  }

  /** Whether what was read is good enough to go on with. @throws as `seal` */
  check(values: Values = {}): void {
    const { kept, changed, bad } = this.counts;
    if (bad > this.maxBadRows * this.read) throw this.tooManyBad();
    if (kept + changed === 0)
      throw new Failure("INVALID_INPUT", "no-rows-left", { ...this.values, ...values, rows: this.read });
  }

  /** After an error: nothing is left of it. */
  async discard(): Promise<void> {
    if (!this.closed) await this.writer.discard();
    this.closed = true;
  }

  private report(): void {
    const { kept, changed, removed, bad } = this.counts;
    const counted = { kept: kept + changed, changed, removed, badRows: bad };
    for (const [name, rows] of Object.entries(counted)) this.ctx.metric(name, 0, rows);
    if (bad === 0) return;
    this.ctx.log("warn", "bad-rows", { bad, rows: this.read });
    const rules = [...this.badRules.values()].sort((a, b) => b.rows - a.rows);
    for (const { rows, row, entry } of rules)
      this.ctx.log("warn", "rule-rows", { ...entry.values, rows, row, rule: entry.rule });
  }

  private tooManyBad(): Failure {
    const { row, entry } = this.firstBad!;
    return new Failure("INVALID_INPUT", "too-many-bad-rows", {
      ...entry.values,
      ...this.values,
      bad: this.counts.bad,
      rows: this.read,
      allowed: Math.round(this.maxBadRows * 1000) / 10,
      row,
      rule: entry.rule,
    });
  }
}
