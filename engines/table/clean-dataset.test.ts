import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext } from "@/nodes/_testing/context";
import { cleanDataset, type Judged } from "./clean-dataset";
import { copyParquet } from "./copy";
import { closeTables, withConnection } from "./database";
import { describeTable } from "./describe";
import { parquet } from "./quote";
import { queryRows, readRows } from "./read-rows";

afterAll(closeTables);

const outputs = {
  data: { type: "dataset" },
  ledger: { type: "dataset", secondary: true },
} as const;

/** Every kind of value that JavaScript would round, drop or write otherwise; NULLs in all of them. */
const EXACT = [
  "hash(n, seed)::UBIGINT AS whole",
  "(9007199254740993 + n)::BIGINT AS big",
  "(n::HUGEINT * 170141183460469231731687303715) AS huge",
  "(n / 7)::DECIMAL(38, 20) AS decimal",
  "CASE n % 5 WHEN 0 THEN 'NaN'::DOUBLE WHEN 1 THEN '-Infinity'::DOUBLE WHEN 2 THEN -0.0::DOUBLE ELSE n / 3.0 END AS number",
  "(n / 3.0)::FLOAT AS single",
  "TIMESTAMP '2024-02-29 23:59:58.123456' + INTERVAL (n) MICROSECOND AS at",
  "DATE '0001-01-01' + n::INTEGER AS day",
  "encode('\u0001' || n) AS bytes",
  "{'price': (n / 9)::DECIMAL(30, 15), 'rates': ['NaN'::DOUBLE, n / 3.0, NULL], 'note': CASE WHEN n % 3 = 0 THEN NULL ELSE 'note ' || n END} AS nested",
  "[{'id': 9007199254740993 + n, 'tags': [NULL, 'é' || n]}] AS list",
  "MAP {'a': n, 'b': NULL} AS pairs",
  "('{\"n\": 1.0, \"big\": ' || (9007199254740993 + n) || '}')::JSON AS json",
  "'text ' || chr(0) || n AS text",
];

async function table(rows: number, seed: number): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "telar-clean-"));
  const cells = EXACT.map((sql) => {
    const [expression, name] = sql.split(/ AS (?=\w+$)/) as [string, string];
    return `CASE WHEN hash(n, seed, '${name}') % 6 = 0 THEN NULL ELSE ${expression} END AS ${name}`;
  });
  const select = `SELECT 'r' || n AS _row, ${cells.join(", ")} FROM (SELECT range AS n, ${seed} AS seed FROM range(${rows}))`;
  await copyParquet(select, join(dir, "data.parquet"));
  return dir;
}

const ACTIONS = ["keep", "keep", "keep", "removed", "found", "changed"] as const;
type Action = (typeof ACTIONS)[number];

async function clean(
  dir: string,
  actions: readonly Action[],
  putBack: readonly string[] = [],
  made = fakeContext({ outputs }),
) {
  const { ctx } = await made;
  const path = join(dir, "data.parquet");
  const { columns, rows } = await describeTable(path);
  const facts = { shape: "table" as const, columns, rows };
  const input: InputArtifact<"dataset"> = { type: "dataset", digest: "sha256:0", facts, dir };
  const judge = (place: number): Judged[] => {
    const action = actions[place]!;
    const common = { place, row: { _row: `r${place}` }, entry: { rule: "rule" } };
    if (action === "keep") return [];
    if (action !== "changed") return [{ ...common, action }];
    return [{ ...common, action, cells: new Map([["text", `new ${place}`]]) }];
  };
  const cleaned = await cleanDataset({
    input,
    ctx,
    putBack,
    changing: () => ["text", "nested"],
    judged: async function* () {
      for (let from = 0; from < rows; from += 700)
        yield Array.from({ length: Math.min(700, rows - from) }, (_, i) => from + i).flatMap(judge);
    },
  });
  return { path, out: join(cleaned.data.dir, "data.parquet"), ledger: cleaned.ledger };
}

const idsOf = async (path: string) =>
  (await queryRows<{ id: string }>(`SELECT _row AS id FROM ${parquet(path)}`)).map(({ id }) => id);

/** Columns in which a row differs between the two tables, by the rows that both have. */
async function differences(before: string, after: string): Promise<Record<string, number>> {
  const { columns } = await describeTable(before);
  const counts = columns.map(
    ({ name }) => `count(*) FILTER (WHERE b.${name} IS DISTINCT FROM a.${name})::INTEGER AS ${name}`,
  );
  const [found] = await queryRows<Record<string, number>>(
    `SELECT ${counts.join(", ")} FROM ${parquet(after)} a JOIN ${parquet(before)} b USING (_row)`,
  );
  return Object.fromEntries(Object.entries(found!).filter(([, count]) => count > 0));
}

const bytesOf = async (path: string) =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

describe("cleanDataset", () => {
  test("whatever the rows and the verdicts: none is lost, order stands, and what was not changed is the same value", async () => {
    const cases = fc.record({
      seed: fc.integer({ min: 0, max: 1_000_000 }),
      actions: fc.array(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 5_000, size: "max" }),
      back: fc.array(fc.nat(5_000), { maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, actions: random, back }) => {
        const actions: Action[] = ["keep", ...random];
        const dir = await table(actions.length, seed);
        const isBack = new Set(back);
        const { path, out, ledger } = await clean(
          dir,
          actions,
          back.map((place) => `r${place}`),
        );
        const gone = (place: number) => actions[place] === "removed" && !isBack.has(place);
        const changed = (place: number) => actions[place] === "changed" && !isBack.has(place);
        const places = actions.map((_, place) => place);
        const kept = await idsOf(out);
        expect(kept).toEqual(places.filter((place) => !gone(place)).map((place) => `r${place}`));
        const entries: { _row: string; action: string }[] = [];
        for await (const row of readRows<(typeof entries)[number]>(join(ledger.dir, "data.parquet")))
          entries.push(row);
        expect(entries.map(({ _row }) => _row)).toEqual(
          places.filter((place) => actions[place] !== "keep").map((place) => `r${place}`),
        );
        const count = (action: string) => entries.filter((entry) => entry.action === action).length;
        const plain = places.filter((place) => !gone(place) && !changed(place)).length;
        expect(plain + count("changed") + count("removed")).toBe(actions.length);
        expect((await describeTable(out)).sql).toEqual((await describeTable(path)).sql);
        const changes = places.filter(changed).length;
        expect(await differences(path, out)).toEqual(changes > 0 ? { text: changes } : {});
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  test("equal verdicts give equal bytes, whatever the number of threads", async () => {
    const rows = 60_000;
    const dir = await table(rows, 7);
    const actions = Array.from(
      { length: rows },
      (_, place): Action => (place % 10 === 3 ? "removed" : place % 97 === 0 ? "changed" : "keep"),
    );
    const threads = (count: number) =>
      withConnection((connection) => connection.run(`SET threads = ${count}`));
    const digests = new Set<string>();
    try {
      for (const count of [1, 2, 5]) {
        await threads(count);
        digests.add(await bytesOf((await clean(dir, actions)).out));
      }
    } finally {
      await threads(2);
    }
    expect(digests.size).toBe(1);
  }, 60_000);

  test("a table that nothing was taken from or changed in is the same file", async () => {
    const { path, out } = await clean(
      await table(50, 1),
      Array.from({ length: 50 }, () => "found" as const),
    );
    expect(await bytesOf(out)).toBe(await bytesOf(path));
  });

  test("no row left is a failure, and no table is left behind", async () => {
    const dir = await table(3, 1);
    const made = fakeContext({ outputs });
    await expect(clean(dir, ["removed", "removed", "removed"], [], made)).rejects.toMatchObject({
      reason: "no-rows-left",
      values: { rows: 3 },
    });
    const { root } = await made;
    for (const port of ["out-data", "out-ledger"]) expect(await readdir(join(root, port))).toEqual([]);
  });
});
