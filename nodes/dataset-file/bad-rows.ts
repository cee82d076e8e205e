/** Bad rows of a file: counted, a few told, and too many of them end the run. */
import { Failure } from "@/graph/problems";
import type { Log } from "@/graph/runner";
import { HOPELESS_ROWS, TOLD_BAD_ROWS } from "./limits";

export class BadRows {
  count = 0;
  private readonly told: { line: number; why: string }[] = [];

  constructor(
    private readonly path: string,
    private readonly maxShare: number,
  ) {}

  /** Throws at once when most of the first rows are bad. */
  add(line: number, why: string, good: number): void {
    this.count++;
    if (this.told.length < TOLD_BAD_ROWS) this.told.push({ line, why: why.slice(0, 200) });
    if (this.count + good >= HOPELESS_ROWS && this.count > good && this.maxShare < 0.5) this.refuse(good);
  }

  report(good: number, log: Log): void {
    if (this.count === 0) return;
    for (const { line, why } of this.told)
      log("warn", `Line ${line} of ${this.path} left out: ${why}`, { line });
    log("warn", `${this.count} of ${this.count + good} rows of ${this.path} were left out`, {
      bad: this.count,
    });
    if (this.count > this.maxShare * (this.count + good)) this.refuse(good);
  }

  private refuse(good: number): never {
    const { line, why } = this.told[0]!;
    throw new Failure("INVALID_INPUT", "too-many-bad-rows", {
      path: this.path,
      bad: this.count,
      rows: this.count + good,
      allowed: Math.round(this.maxShare * 1000) / 10,
      line,
      why,
    });
  }
}
