import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  closeTables,
  copyParquet,
  describeTable,
  histogram,
  MESSAGES_SQL,
  parquet,
  previewTable,
  querySandboxed,
  type Row,
  readBatches,
  readRows,
  TableWriter,
} from "./index";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "telar-table-"));
});
afterAll(closeTables);

const columns = [
  { name: "_row", sql: "VARCHAR" },
  { name: "messages", sql: MESSAGES_SQL },
  { name: "n", sql: "BIGINT" },
  { name: "score", sql: "DOUBLE" },
  { name: "extra", sql: "JSON" },
  { name: "when", sql: "TIMESTAMP" },
];
const row = (i: number): Row => ({
  _row: `r${i}`,
  messages: [
    { role: "user", content: `Question ${i}` },
    { role: "assistant", content: `Answer ${i}` },
  ],
  n: i,
  score: i / 10,
  extra: { list: [i, null], text: "it's" },
  when: "2024-02-29T23:59:58",
});

async function write(name: string, count: number, options = {}): Promise<string> {
  const path = join(dir, name);
  const writer = await TableWriter.open(path, columns, options);
  for (let i = 0; i < count; i += 500) {
    await writer.append(Array.from({ length: Math.min(500, count - i) }, (_, k) => row(i + k)));
  }
  expect((await writer.close()).rows).toBe(count);
  return path;
}
const all = async (path: string) => {
  const rows: Row[] = [];
  for await (const one of readRows(path)) rows.push(one);
  return rows;
};

describe("writing and reading", () => {
  test("rows come back in order, with nested, JSON and time cells as they went in", async () => {
    const path = await write("order.parquet", 5_000);
    expect(await all(path)).toEqual(Array.from({ length: 5_000 }, (_, i) => row(i)));
    expect(await describeTable(path)).toMatchObject({
      rows: 5_000,
      columns: [
        { name: "_row", type: "string" },
        { name: "messages", type: "json" },
        { name: "n", type: "integer" },
        { name: "score", type: "number" },
        { name: "extra", type: "json" },
        { name: "when", type: "timestamp" },
      ],
    });
  });

  test("equal rows give equal bytes, also when written in several parts", async () => {
    const sha = async (path: string) =>
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
    const [a, b] = [await write("a.parquet", 9_000), await write("b.parquet", 9_000)];
    expect(await sha(a)).toBe(await sha(b));
    const parts = { partRows: 2_048 };
    const [c, d] = [await write("c.parquet", 9_000, parts), await write("d.parquet", 9_000, parts)];
    expect(await sha(c)).toBe(await sha(d));
    expect(await all(c)).toEqual(await all(a));
  });

  test("an empty table keeps its columns", async () => {
    const path = await write("empty.parquet", 0);
    expect((await describeTable(path)).rows).toBe(0);
    expect((await describeTable(path)).columns).toHaveLength(6);
    expect(await all(path)).toEqual([]);
  });

  test("any JSON value survives a JSON column, any text a text column", async () => {
    const path = join(dir, "json.parquet");
    const text = fc.string({ unit: "binary" });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ text, value: fc.jsonValue({ noUnicodeString: false }) }), { minLength: 1 }),
        async (rows) => {
          const writer = await TableWriter.open(path, [
            { name: "text", sql: "VARCHAR" },
            { name: "value", sql: "JSON" },
          ]);
          await writer.append(rows as Row[]);
          await writer.close();
          // Whole numbers beyond 2^53 come as their digits.
          const cell = (_: string, value: unknown) =>
            /^-?\d{16,}$/.test(JSON.stringify(value)) && !Number.isSafeInteger(value) ? String(value) : value;
          expect(await all(path)).toEqual(JSON.parse(JSON.stringify(rows), cell));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("half of a surrogate pair becomes a replacement character", async () => {
    const path = join(dir, "surrogate.parquet");
    const writer = await TableWriter.open(path, [{ name: "t", sql: "VARCHAR" }]);
    await writer.append([{ t: "a\ud83d" }, { t: "\ude00b" }, { t: "😀" }]);
    await writer.close();
    expect(await all(path)).toEqual([{ t: "a\ufffd" }, { t: "\ufffdb" }, { t: "😀" }]);
    const nested = join(dir, "surrogate-json.parquet");
    const other = await TableWriter.open(nested, [{ name: "t", sql: "JSON" }]);
    await other.append([{ t: ["a\ud83d", "\\ud83d", "😀"] }]);
    await other.close();
    expect(await all(nested)).toEqual([{ t: ["a\ufffd", "\\ud83d", "😀"] }]);
  });

  test("a cell of the wrong type names its column, and nothing is left behind", async () => {
    const path = join(dir, "wrong.parquet");
    const writer = await TableWriter.open(path, columns);
    await writer.append([{ ...row(1), n: "twelve" }]);
    await expect(writer.close()).rejects.toThrow("column n");
    expect((await readdir(dir)).filter((name) => name.startsWith("wrong"))).toEqual([]);
  });

  test("batches have the size asked for, and reading can stop early or be aborted", async () => {
    const path = await write("batches.parquet", 5_000);
    const sizes: number[] = [];
    for await (const batch of readBatches(path, { batchSize: 700, columns: ["_row"] })) {
      expect(Object.keys(batch[0]!)).toEqual(["_row"]);
      sizes.push(batch.length);
    }
    expect(sizes).toEqual([700, 700, 700, 700, 700, 700, 700, 100]);
    for await (const one of readRows(path, { offset: 4_999 })) expect(one._row).toBe("r4999");
    for await (const _ of readRows(path)) break;

    const controller = new AbortController();
    const read = async () => {
      for await (const _ of readBatches(path, { batchSize: 10, signal: controller.signal }))
        controller.abort();
    };
    await expect(read()).rejects.toThrow(/abort/i);
  });

  test("glob characters in a file name mean themselves", async () => {
    const path = await write("odd [1]*'\".parquet", 3);
    await write("odd 1.parquet", 7);
    expect((await describeTable(path)).rows).toBe(3);
    expect(await all(path)).toHaveLength(3);
  });

  test("a copy keeps the column types of its statement", async () => {
    const path = await write("from.parquet", 100);
    const to = join(dir, "to.parquet");
    expect(await copyParquet(`SELECT * FROM ${parquet(path)} WHERE n >= 40`, to)).toBe(60);
    expect((await describeTable(to)).sql).toEqual((await describeTable(path)).sql);
  });
});

describe("preview", () => {
  test("pages, sorts, searches and filters, with the number of rows that match", async () => {
    const path = await write("preview.parquet", 3_000);
    const first = await previewTable(path, { offset: 2_999, limit: 10 });
    expect([first.total, first.rows.length, first.rows[0]?._row]).toEqual([3_000, 1, "r2999"]);
    const sorted = await previewTable(path, { limit: 2, sort: { column: "n", descending: true } });
    expect(sorted.rows.map((one) => one.n)).toEqual([2_999, 2_998]);
    expect(sorted.columns.map((column) => column.name)).not.toContain("file_row_number");
    const found = await previewTable(path, { search: "QUESTION 299" });
    expect(found.total).toBe(11);
    const both = await previewTable(path, {
      where: [
        { column: "n", op: ">", value: 10 },
        { column: "n", op: "<=", value: 12 },
        { column: "gone", op: "=", value: 1 },
      ],
    });
    expect(both.rows.map((one) => one.n)).toEqual([11, 12]);
    JSON.stringify(first);
  });

  test("what a person types is text, never SQL", async () => {
    const path = await write("inject.parquet", 5);
    const evil = `' OR 1=1); COPY (SELECT 1) TO '${join(dir, "evil")}'; --`;
    expect((await previewTable(path, { search: evil })).total).toBe(0);
    expect((await previewTable(path, { where: [{ column: "_row", op: "=", value: evil }] })).total).toBe(0);
    expect((await previewTable(path, { where: [{ column: evil, op: "=", value: 1 }] })).total).toBe(5);
    expect(await readdir(dir)).not.toContain("evil");
  });

  test("a histogram counts every row once", async () => {
    const path = await write("histogram.parquet", 1_000);
    const shown = await histogram(path, "score", 20);
    expect(shown).toMatchObject({ min: 0, max: 99.9, missing: 0, rows: 1_000 });
    expect(shown?.bins).toHaveLength(20);
    expect(shown?.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(1_000);
    expect(await histogram(path, "nothing")).toBeUndefined();
  });

  test("bins of whole numbers are whole numbers wide, so that even data fills them evenly", async () => {
    const path = await write("whole.parquet", 90);
    const shown = await histogram(path, "n", 40);
    expect(shown).toMatchObject({ min: 0, max: 89 });
    expect(shown?.bins.map((bin) => bin.count)).toEqual(Array.from({ length: 30 }, () => 3));
    expect(shown?.bins.at(-1)).toEqual({ from: 87, to: 90, count: 3 });
    const few = await histogram(await write("few.parquet", 7), "n", 40);
    expect(few?.bins.map(({ from, to }) => [from, to])).toEqual(
      Array.from({ length: 7 }, (_, i) => [i, i + 1]),
    );
  });
});

describe("a person's query", () => {
  test("reads its tables and nothing else", async () => {
    const path = await write("sandbox.parquet", 10);
    const secret = join(dir, "secret.csv");
    await writeFile(secret, "a\n1\n");
    const ask = (query: string) => querySandboxed(query, { tables: { faq: path }, rows: 5 });
    const answer = await ask("SELECT _row, n FROM faq WHERE n > 2 ORDER BY n");
    expect(answer).toMatchObject({ cut: true, columns: [{ name: "_row", type: "string" }, { name: "n" }] });
    expect(answer.rows.map((one) => one.n)).toEqual([3, 4, 5, 6, 7]);
    for (const query of [
      `SELECT * FROM read_csv('${secret}')`,
      `SELECT * FROM read_text('${secret}')`,
      `SELECT * FROM '${secret}'`,
      `SELECT * FROM glob('${dir}/*')`,
      `COPY faq TO '${path}'`,
      `COPY (SELECT 1) TO '${join(dir, "made.csv")}'`,
      "ATTACH ':memory:' AS other",
      "SET enable_external_access = true",
      "INSTALL httpfs",
      "SELECT 1; SELECT 2",
      "DROP VIEW faq",
      "SELECT nothing FROM faq",
      "",
    ]) {
      await expect(ask(query), query).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    expect((await describeTable(path)).rows).toBe(10);
  });

  test("is stopped when it takes too long", async () => {
    const slow =
      "SELECT count(*) FROM range(100000) a, range(100000) b, range(1000) c WHERE a.range + b.range = c.range";
    await expect(querySandboxed(slow, { tables: {}, seconds: 0.2 })).rejects.toMatchObject({
      code: "TIMED_OUT",
    });
  });
});

test("a process that read a table exits by itself", async () => {
  const path = await write("exit.parquet", 10);
  const script = join(dir, "exit.mts");
  await writeFile(
    script,
    `import { previewTable } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
     console.log((await previewTable(${JSON.stringify(path)})).total);`,
  );
  const run = promisify(execFile)(process.execPath, ["--import", "tsx", script], { timeout: 30_000 });
  expect((await run).stdout.trim()).toBe("10");
});
