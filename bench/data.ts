/**
 * Reading, cleaning and splitting conversations from a file, one node after the other.
 * `--gb N` is the size of the file (default 0.1). `--checkout DIR` measures the kinds of another checkout of Telar as the
 * baseline (`git worktree add DIR COMMIT` makes one; it needs no set-up); without it DuckDB alone, doing the least that each asks.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bareDuckdb } from "./data/bare-duckdb";
import { bundleSide } from "./data/bundle-side";
import { writeConversations } from "./data/rows";
import type { SideAnswer } from "./data/side";
import { STEPS, type Step, type Steps } from "./data/steps";
import { answerOf } from "./lib/child";
import { row } from "./lib/row";
import type { BenchRow } from "./run";

const SUMS: { measure: string; of: readonly Step[]; goal: string }[] = [
  { measure: "source, dedupe, split", of: ["source", "dedupe", "split"], goal: "≥ 2 × a582efd" },
  {
    measure: "cleaning: dedupe, quality-filter, pii",
    of: ["dedupe", "quality-filter", "pii"],
    goal: "≥ 4 × a582efd",
  },
];

export default async function bench(): Promise<BenchRow[]> {
  const { values } = parseArgs({
    options: {
      gb: { type: "string", default: "0.1" },
      checkout: { type: "string" },
      json: { type: "boolean" },
    },
    allowPositionals: true,
  });
  const gigabytes = Number(values.gb);
  if (!(gigabytes > 0)) throw new Error(`--gb ${values.gb} is not a size, such as 0.1 or 1`);
  const scratch = await mkdtemp(join(tmpdir(), "telar-bench-data-"));
  try {
    const file = join(scratch, "rows.jsonl");
    const lines = await writeConversations(file, gigabytes * 1e9);
    process.stderr.write(`${lines} rows in ${gigabytes} GB\n`);
    const telar = await measure("this checkout", await bundleSide(), file, join(scratch, "telar"));
    const other = values.checkout && resolve(values.checkout);
    const baseline = other
      ? await measure(other, await bundleSide(other), file, join(scratch, "other"))
      : await bareDuckdb(file, join(scratch, "duckdb"));
    const against = other ? "the other checkout" : "DuckDB alone";
    const sum = (side: Steps, steps: readonly Step[], of: "seconds" | "cpu") =>
      steps.reduce((total, name) => total + side[name][of], 0);
    return [
      ...STEPS.map(({ name }) =>
        row(name, "s", telar[name].seconds, baseline[name].seconds, against, "less", ""),
      ),
      ...SUMS.map(({ measure, of, goal }) =>
        row(measure, "s", sum(telar, of, "seconds"), sum(baseline, of, "seconds"), against, "less", goal),
      ),
      // What a busy machine changes least.
      ...SUMS.map(({ measure, of }) =>
        row(measure, "processor s", sum(telar, of, "cpu"), sum(baseline, of, "cpu"), against, "less", ""),
      ),
      row("peak memory", "MB", peak(telar), peak(baseline), against, "less", "≤ 1,000 MB"),
    ];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const peak = (side: Steps) => Math.max(...Object.values(side).map(({ megabytes }) => megabytes));

async function measure(label: string, program: string, file: string, home: string): Promise<Steps> {
  await mkdir(home, { recursive: true });
  const answers: Partial<Steps> = {};
  for (const { name, kind, from, params } of STEPS) {
    const input = from === "file" ? file : join(home, from);
    const args = [program, kind, input, join(home, name), JSON.stringify(params)];
    const answer = await answerOf<SideAnswer>(process.execPath, args);
    answers[name] = answer;
    process.stderr.write(`${label}, ${name}: ${JSON.stringify(answer)}\n`);
  }
  return answers as Steps;
}
