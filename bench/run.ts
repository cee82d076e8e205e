/** Runs one benchmark and prints its table; `--json` prints the document that scripts read. */
import { cpus, totalmem } from "node:os";

export type BenchRow = {
  measure: string;
  unit: string;
  telar: number;
  baseline: number;
  baselineName: string;
  /** Above 1, Telar is better. */
  ratio: number;
  goal: string;
};
/** Default export of `bench/<name>.ts`. What it says while it works goes to stderr. */
export type Bench = () => Promise<BenchRow[]>;

const name = process.argv[2] ?? "";
const { default: bench } = (await import(`./${name}.ts`)) as { default: Bench };
const rows = await bench();
const machine = `${cpus()[0]?.model.trim() ?? "unknown"} × ${cpus().length}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}`;

if (process.argv.includes("--json")) console.log(JSON.stringify({ name, machine, rows }, null, 2));
else {
  const number = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: 4 });
  const head = ["measure", "unit", "Telar", "baseline", "", "ratio", "goal"];
  const cells = rows.map((r) => [
    r.measure,
    r.unit,
    number(r.telar),
    number(r.baseline),
    r.baselineName,
    `${r.ratio.toFixed(2)}×`,
    r.goal,
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => row[i]!.length)));
  for (const row of [head, ...cells])
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join("  ")
        .trimEnd(),
    );
  console.log(machine);
}
process.exit(0);
