import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { InputArtifact } from "@/graph/runner";
import { SCORES_FILE, type Score, type Selector } from "@/graph/scores";
import { fakeContext } from "@/nodes/_testing/context";
import { copyParquet } from "./copy";
import { closeTables } from "./database";
import { describeTable } from "./describe";
import { parquet } from "./quote";
import { queryRows } from "./read-rows";
import { selectDataset } from "./select-dataset";

afterAll(closeTables);

const outputs = { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } } as const;
const size: Score = {
  unit: "words",
  range: [0, 10],
  bounds: [
    { rule: "small", param: "least", direction: "least" },
    { rule: "large", param: "most", direction: "most" },
  ],
};
const odd: Score = {
  unit: "mark",
  range: [0, 1],
  bounds: [{ rule: "odd", param: "dropOdd", direction: "most" }],
};

/** A node over the numbers given, which keeps its stages from run to run as the engine does. */
async function node(
  numbers: readonly (number | null)[],
  selector: Selector,
  scores: Record<string, Score> = { size, odd },
) {
  const dir = await mkdtemp(join(tmpdir(), "telar-select-"));
  const path = join(dir, "data.parquet");
  const values = numbers.map((n, i) => `('r${i}', ${n === null ? "NULL::BIGINT" : n})`).join(", ");
  await copyParquet(`SELECT * FROM (VALUES ${values}) AS t(_row, n)`, path);
  const { columns, rows } = await describeTable(path);
  const input: InputArtifact<"dataset"> = {
    type: "dataset",
    digest: "sha256:0",
    facts: { shape: "table", columns, rows },
    dir,
  };
  const stages = new Map<string, string>();
  let scored = 0;
  return async (params: Record<string, unknown>) => {
    const { ctx, root } = await fakeContext({ outputs });
    ctx.artifacts.stage = async (name, key, make) => {
      const id = JSON.stringify([name, key]);
      const made = stages.get(id) ?? (await mkdtemp(join(root, "stage-")));
      if (!stages.has(id)) await make(made);
      stages.set(id, made);
      return made;
    };
    const { data, ledger } = await selectDataset({
      kind: { kind: "test", codeVersion: 1, scores, selector },
      input,
      params,
      ctx,
      scorer: () => ({
        score: ({ n }) => {
          scored++;
          if (selector.by === "clusters")
            return { cluster: n === null ? null : String(n), length: Number(n) };
          return { size: n ?? null, odd: n === null ? null : Math.abs(Number(n) % 2) };
        },
      }),
    });
    const ids = (from: string) => queryRows<{ _row: string }>(`SELECT _row FROM ${parquet(from)}`);
    const kept = (await ids(join(data.dir, "data.parquet"))).map(({ _row }) => _row);
    const entries = await queryRows<Record<string, unknown>>(
      `SELECT _row, rule, score, "values" FROM ${parquet(join(ledger.dir, "data.parquet"))}`,
    );
    const shown = await queryRows(`SELECT * FROM ${parquet(join(ledger.dir, SCORES_FILE))}`);
    return { kept, entries, shown, scored: () => scored };
  };
}

describe("selectDataset", () => {
  test("what only chooses scores nothing again; what scores does", async () => {
    const run = await node([1, 2, 3, 9], { by: "bounds" });
    const first = await run({ least: 2, most: 5, dropOdd: false, words: ["a"] });
    expect(first.kept).toEqual(["r1", "r2"]);
    expect(first.scored()).toBe(4);
    expect((await run({ least: 3, most: 10, dropOdd: false, words: ["a"] })).kept).toEqual(["r2", "r3"]);
    const last = await run({ least: 0, most: 10, dropOdd: true, words: ["a"], putBack: ["r0"] });
    expect(last.kept).toEqual(["r0", "r1"]);
    expect(last.scored()).toBe(4);
    await run({ least: 0, most: 10, dropOdd: true, words: ["b"] });
    expect(last.scored()).toBe(8);
  });

  test("the first bound that a row breaks is named, with its limit where it has one", async () => {
    const run = await node([1, 7, 4, null], { by: "bounds" });
    const { entries, shown } = await run({ least: 2, most: 5, dropOdd: true });
    expect(entries).toEqual([
      { _row: "r0", rule: "small", score: 1, values: { value: 1, limit: 2 } },
      { _row: "r1", rule: "large", score: 7, values: { value: 7, limit: 5 } },
    ]);
    expect(shown).toHaveLength(4);
    expect((await run({ least: 0, most: 10, dropOdd: true })).entries).toMatchObject([
      { _row: "r0", rule: "odd", values: null },
      { _row: "r1", rule: "odd" },
    ]);
  });

  test("top-n keeps so many rows with the highest or lowest score, the first among equals, in their order", async () => {
    const numbers = fc.array(fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(
        numbers,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom("highest", "lowest"),
        async (given, count, direction) => {
          const run = await node(
            given,
            { by: "top-n", score: "size", count: "rows", direction },
            { size: { ...size, bounds: [] }, odd: { ...odd, bounds: [] } },
          );
          const rank = (n: number | null) =>
            n === null ? Number.POSITIVE_INFINITY : direction === "highest" ? -n : n;
          const best = given
            .map((n, i) => ({ i, rank: rank(n) }))
            .sort((a, b) => (a.rank === b.rank ? a.i - b.i : a.rank - b.rank))
            .slice(0, count);
          const { kept } = await run({ rows: count });
          expect(kept).toEqual(
            best
              .map(({ i }) => i)
              .sort((a, b) => a - b)
              .map((i) => `r${i}`),
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  test("of a cluster one row stays, and the scores say how many rows are alike", async () => {
    const run = await node(
      [5, 3, 5, null, 5, null],
      { by: "clusters", keep: "keep" },
      { copies: { unit: "rows", range: [1, 100], bounds: [] } },
    );
    const { kept, entries, shown } = await run({ keep: "first" });
    expect(kept).toEqual(["r0", "r1", "r3", "r5"]);
    expect(entries.map(({ _row, values }) => [_row, values])).toEqual([
      ["r2", { kept: "r0" }],
      ["r4", { kept: "r0" }],
    ]);
    expect(shown.map((row) => (row as { copies: number }).copies)).toEqual([3, 1, 3, 1, 3, 1]);
  });
});
