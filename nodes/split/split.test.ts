import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { closeTables, describeTable, type Row, readRows, TableWriter } from "@/engines/table";
import { afterDropping } from "@/graph/ports";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext } from "../_testing/context";
import { split } from "./definition";
import run from "./run";
import { PARTS, partSizes } from "./sizes";

afterAll(closeTables);

type Given = { topic?: string | null; author?: string | null };

async function cut(given: Given[], over: object = {}, order = given.map((_, i) => i)) {
  const made = await fakeContext(split);
  const path = join(made.root, "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "topic", sql: "VARCHAR" },
    { name: "author", sql: "VARCHAR" },
  ]);
  await writer.append(order.map((i) => ({ _row: `r${i}`, topic: null, author: null, ...given[i] })));
  await writer.close();
  const facts = { shape: "table" as const, columns: (await describeTable(path)).columns, rows: given.length };
  const input: InputArtifact<"dataset"> = { type: "dataset", digest: "sha256:0", facts, dir: made.root };
  const params = split.params.parse(over);
  const outputs = await run({ inputs: { data: input }, params, ctx: made.ctx });
  const read = async (part: (typeof PARTS)[number]) => {
    const rows: Row[] = [];
    for await (const row of readRows(join(outputs[part].dir, "data.parquet"))) rows.push(row);
    expect(outputs[part].type.rows).toBe(rows.length);
    expect(Object.keys(rows[0] ?? { _row: 1, topic: 1, author: 1 })).toEqual(["_row", "topic", "author"]);
    return rows;
  };
  const parts = {
    train: await read("train"),
    validation: await read("validation"),
    test: await read("test"),
  };
  const known = split.infer(params, { data: { type: "dataset", ...facts } });
  if (params.group === "") for (const part of PARTS) expect(known[part]?.rows).toBe(parts[part].length);
  return parts;
}
const plain = (count: number): Given[] => Array.from({ length: count }, () => ({}));
const ids = (rows: Row[]) => rows.map((row) => String(row._row));
const number = (id: string) => Number(id.slice(1));

describe("split", () => {
  test("parts have the sizes asked for, keep the order and share no row", async () => {
    const parts = await cut(plain(594));
    expect(PARTS.map((part) => parts[part].length)).toEqual([476, 59, 59]);
    for (const part of PARTS)
      expect(ids(parts[part])).toEqual(ids(parts[part]).sort((a, b) => number(a) - number(b)));
    expect(new Set(PARTS.flatMap((part) => ids(parts[part]))).size).toBe(594);
    const rows = await cut(plain(100), { by: "rows", validation: 7, test: 0 });
    expect(PARTS.map((part) => rows[part].length)).toEqual([93, 7, 0]);
  });

  test("before rows are counted, parts are about as large as their share of what can come", () => {
    const filtered = afterDropping({
      type: "dataset" as const,
      shape: "chat" as const,
      rows: 594,
      bytes: 44_000,
    });
    const { train, test } = split.infer(split.params.parse({}), { data: filtered });
    expect([train?.rows, train?.rowsAbout, test?.rowsAbout]).toEqual([undefined, 476, 59]);
    const grouped = split.infer(split.params.parse({ group: "author" }), {
      data: { type: "dataset", shape: "table", rows: 594 },
    });
    expect([grouped.test?.rows, grouped.test?.rowsAbout]).toEqual([undefined, 59]);
  });

  test("a row's part depends on its id and the seed, not on its place", async () => {
    const order = Array.from({ length: 100 }, (_, i) => 99 - i);
    const [a, b, c] = [
      await cut(plain(100)),
      await cut(plain(100), {}, order),
      await cut(plain(100), { seed: 7 }),
    ];
    expect(ids(b.test).sort()).toEqual(ids(a.test).sort());
    expect(ids(c.test).sort()).not.toEqual(ids(a.test).sort());
  });

  test("strata have their share in each part", async () => {
    const given = Array.from({ length: 300 }, (_, i) => ({
      topic: i % 10 === 0 ? "rare" : i % 3 === 0 ? "some" : null,
    }));
    const parts = await cut(given, { stratify: "topic", validation: 0.2, test: 0.1 });
    const rare = (rows: Row[]) => rows.filter((row) => row.topic === "rare").length;
    expect([rare(parts.train), rare(parts.validation), rare(parts.test)]).toEqual([21, 6, 3]);
  });

  test("folds cover every row that is no test row exactly once", async () => {
    const given = Array.from({ length: 103 }, (_, i) => ({ topic: i % 2 ? "a" : "b" }));
    const folds = await Promise.all(
      [1, 2, 3, 4].map((fold) => cut(given, { folds: 4, fold, test: 0.1, stratify: "topic" })),
    );
    for (const { test } of folds) expect(ids(test)).toEqual(ids(folds[0]!.test));
    const seen = folds.flatMap(({ validation }) => ids(validation));
    expect(seen).toHaveLength(103 - folds[0]!.test.length);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("no group falls into two parts, whatever the groups", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.constantFrom(..."abcdefghijklmnopqrst")), { minLength: 30, maxLength: 120 }),
        fc.integer({ min: 0, max: 1_000 }),
        fc.constantFrom(1, 3),
        async (authors, seed, folds) => {
          const given = authors.map((author) => ({ author }));
          const parts = await cut(given, { group: "author", seed, folds, fold: folds }).catch((error) => {
            expect(error.reason).toBe("part-empty");
          });
          if (!parts) return;
          expect(PARTS.reduce((sum, part) => sum + parts[part].length, 0)).toBe(given.length);
          const where = new Map<string, string>();
          for (const part of PARTS) {
            for (const { author } of parts[part]) {
              if (typeof author === "string") expect(where.get(author) ?? part).toBe(part);
              where.set(String(author), part);
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("sizes always sum to the rows", () => {
    const params = fc.record({
      by: fc.constantFrom("shares" as const, "rows" as const),
      validation: fc.double({ min: 0, max: 50, noNaN: true }),
      test: fc.double({ min: 0, max: 50, noNaN: true }),
      folds: fc.integer({ min: 1, max: 50 }),
      fold: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(params, fc.integer({ min: 0, max: 500 }), (given, rows) => {
        const sizes = partSizes({ seed: 1, stratify: "", group: "", ...given }, rows);
        expect(sizes.train + sizes.validation + sizes.test).toBe(rows);
        expect(Math.min(...Object.values(sizes))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("what cannot be cut is refused with its reason", async () => {
    await expect(cut(plain(1))).rejects.toMatchObject({ code: "INVALID_INPUT", reason: "part-empty" });
    await expect(cut(plain(10), { stratify: "gone" })).rejects.toMatchObject({ reason: "no-such-column" });
    const codes = (over: object) => split.check!(split.params.parse(over), {}).map(({ code }) => code);
    expect(codes({ validation: 0.6, test: 0.4 })).toEqual(["split-shares"]);
    expect(codes({ by: "rows", validation: 0.5 })).toEqual(["split-whole-rows"]);
    expect(codes({ folds: 3, fold: 4 })).toEqual(["split-fold"]);
    expect(codes({ stratify: "a", group: "b" })).toEqual(["split-one-column"]);
    expect(codes({ folds: 5, validation: 0.95 })).toEqual([]);
  });
});
