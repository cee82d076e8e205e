/** The example as people run it, whole, and the same graph on other people's data by changing parameters only. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { telarHome } from "@/cli/_testing/telar";

const GRAPH = resolve(import.meta.dirname, "support-assistant.json");
const DATA = resolve(import.meta.dirname, "../../shared/data");

type Node = { id: string; kind: string; status: string; metrics: Record<string, number> };
type Run = { status: string; seconds: number; nodes: Node[] };

let home: Awaited<ReturnType<typeof telarHome>>;
beforeAll(async () => {
  home = await telarHome();
});
afterAll(() => home.remove());

async function run(...args: string[]): Promise<Run> {
  const { code, stdout, stderr } = await home.telar("run", GRAPH, "--json", ...args);
  expect(code, stderr.slice(-2000)).toBe(0);
  return JSON.parse(stdout) as Run;
}
const metric = ({ nodes }: Run, id: string, name: string) => nodes.find((n) => n.id === id)?.metrics[name];

test("training lowers held-out perplexity by a quarter, four bits cost at most a tenth, and nothing runs twice", async () => {
  const first = await run();
  expect(first.status).toBe("SUCCEEDED");
  const before = metric(first, "perplexity-before", "perplexity")!;
  const after = metric(first, "perplexity-after", "perplexity")!;
  expect(after).toBeLessThan(before * 0.75);
  const f16 = metric(first, "perplexity-f16", "perplexity")!;
  const q4 = metric(first, "perplexity-q4", "perplexity")!;
  expect(q4).toBeLessThan(f16 * 1.1);
  for (const name of ["loss", "tokensPerSecond", "peakMemoryBytes"])
    expect(metric(first, "train", name), name).toBeGreaterThan(0);
  const share = (to: number, from: number) => `${(100 * (to / from - 1)).toFixed(1)} %`;
  console.log(
    `${first.seconds.toFixed(0)} s; perplexity ${before.toFixed(2)} → ${after.toFixed(2)} (${share(after, before)}); Q4_K_M ${q4.toFixed(2)} against F16 ${f16.toFixed(2)} (${share(q4, f16)})`,
  );

  const second = await run();
  // What is served is brought about each time; every result is reused.
  const ran = second.nodes.filter(({ status }) => status !== "CACHED").map(({ kind }) => kind);
  expect(new Set(ran)).toEqual(new Set(["deploy", "chain"]));
  console.log(`again: ${second.seconds.toFixed(1)} s`);
}, 1_800_000);

test("a smoke run holds together without deploying", async () => {
  const smoke = await run("--smoke");
  expect(smoke.nodes.find(({ id }) => id === "deploy")?.status).toBe("SKIPPED");
  expect(smoke.nodes.filter(({ status }) => status === "FAILED")).toEqual([]);
  console.log(`smoke: ${smoke.seconds.toFixed(0)} s`);
}, 600_000);

describe("data by others, named on the command line", () => {
  test.each(["gsm8k-test.jsonl", "self-instruct-seeds.jsonl"])(
    "%s",
    async (name) => {
      const path = resolve(DATA, name);
      if (!existsSync(path)) throw new Error(`${name} is not in the folder shared/data beside the project.`);
      const set = [`source.path=${path}`, "source.rows=96", "train.steps=4", "samples.samples=2"];
      const done = await run(...set.flatMap((one) => ["--set", one]));
      expect(done.status).toBe("SUCCEEDED");
      expect(metric(done, "perplexity-after", "perplexity")).toBeLessThan(
        metric(done, "perplexity-before", "perplexity")!,
      );
    },
    900_000,
  );
});
