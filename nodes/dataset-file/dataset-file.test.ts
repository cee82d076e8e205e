import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  closeTables,
  Digits,
  describeTable,
  literal,
  MESSAGES_SQL,
  type Row,
  readRows,
  sourcePrefix,
  withConnection,
} from "@/engines/table";
import { namesRow, placeOf } from "@/graph/row-ids";
import { fakeContext } from "../_testing/context";
import { datasetFile } from "./definition";
import { parseJson } from "./parse-json";
import probe from "./probe";
import run from "./run";

afterAll(closeTables);

async function allRows(dir: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(join(dir, "data.parquet"))) rows.push(row);
  return rows;
}
type Given = Record<string, unknown>;

/** Writes `content` as `name` into a fresh data folder and reads it as the node does. */
async function load(name: string, content: string | Uint8Array, over: Given = {}) {
  const made = await fakeContext(datasetFile);
  await writeFile(join(made.root, name), content);
  const params = datasetFile.params.parse({ path: name, ...over });
  const output = await run({ inputs: {}, params, ctx: made.ctx });
  const rows = await allRows(output.data.dir);
  const facts = output.data.type;
  const known = datasetFile.infer(params, {}, await probe(params, made.ctx)).data;
  return {
    /** Without their source, which all of them share. */
    rows: rows.map((row): Row => ({ ...row, _row: placeOf(String(row._row)) })),
    ledger: await allRows(output.ledger.dir),
    ids: rows.map((row) => String(row._row)),
    facts,
    known,
    types: Object.fromEntries(facts.columns!.map((c) => [c.name, c.type])),
    ...made,
  };
}
const lines = (...rows: unknown[]) => rows.map((row) => JSON.stringify(row)).join("\n");

describe("formats", () => {
  test("JSONL keeps nested values, and rows are named by their line", async () => {
    const { rows, facts, known } = await load(
      "seeds.jsonl",
      `${lines({ instruction: "Add", instances: [{ input: "1 2", output: "3" }], n: 1 })}\n\n${lines({ instruction: "Sub", instances: [], n: 2.5 })}\n`,
    );
    expect(rows).toEqual([
      { _row: "r1", instruction: "Add", instances: [{ input: "1 2", output: "3" }], n: 1 },
      { _row: "r3", instruction: "Sub", instances: [], n: 2.5 },
    ]);
    expect(facts).toMatchObject({ shape: "table", rows: 2, labels: { pii: "unknown" } });
    expect(facts.labels?.origins?.[0]).toMatch(/^seeds\.jsonl sha256:[0-9a-f]{64}$/);
    expect(known?.columns).toEqual(facts.columns);
    expect(known?.rows).toBe(2);
  });

  test.each([
    ["list.json", '[\n {"a": 1, "t": "x, ]"},\n {"a": 2, "t": "\\"}"}\n]\n'],
    ["one-after-the-other.json", '{"a": 1,\n "t": "x, ]"}\n{"a": 2, "t": "\\"}"}'],
    ["wrapped.json", '{"version": "2", "data": [{"a": 1, "t": "x, ]"}, {"a": 2, "t": "\\"}"}]}'],
    ["lines-inside.json", '{"a": 1, "t": "x, ]"}\n{"a": 2, "t": "\\"}"}\n'],
    ["noname", '{"a": 1, "t": "x, ]"}\n{"a": 2, "t": "\\"}"}\n'],
    ["table.csv", 'a,t\r\n1,"x, ]"\r\n2,"""}"\r\n'],
    ["table.tsv", 'a\tt\n1\tx, ]\n2\t"""}"'],
    ["semicolons.csv", 'a;t\n1;"x, ]"\n2;"""}"\n'],
    ["noname-either", 'a|t\n1|x, ]\n2|"""}"\n'],
  ])("%s gives the same two rows", async (name, content) => {
    const { rows, types } = await load(name, content);
    expect(rows.map(({ a, t }) => ({ a, t }))).toEqual([
      { a: 1, t: "x, ]" },
      { a: 2, t: '"}' },
    ]);
    expect(types).toMatchObject({ _row: "string", a: "integer", t: "string" });
  });

  test("text is a row a line, or a row a paragraph", async () => {
    const text = "First line\nsecond\n\n\nNext one\n";
    const byLine = await load("a.txt", text);
    expect(byLine.facts.shape).toBe("text");
    expect(byLine.rows).toEqual([
      { _row: "r1", text: "First line" },
      { _row: "r2", text: "second" },
      { _row: "r5", text: "Next one" },
    ]);
    const byParagraph = await load("a.txt", text, { textRows: "paragraph" });
    expect(byParagraph.rows).toEqual([
      { _row: "r1", text: "First line\nsecond" },
      { _row: "r5", text: "Next one" },
    ]);
  });

  test("a quoted CSV field may hold line ends, and rows still lead back to their line", async () => {
    const { rows } = await load("q.csv", 'id,text\n007,"one\ntwo"\n008,three\n');
    expect(rows).toEqual([
      { _row: "r2", id: "007", text: "one\ntwo" },
      { _row: "r4", id: "008", text: "three" },
    ]);
  });

  test("any table survives CSV, however it is cut into pieces", async () => {
    const field = fc.string({ unit: fc.constantFrom("a", "b", '"', ",", "\n", "\r\n", "é", " ") });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 20 }), async (table) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const csv = ["x,y", ...table.map((fields) => fields.map(quoted).join(","))].join("\n");
        const { rows } = await load("p.csv", csv);
        expect(rows.map(({ x, y }) => [String(x), String(y)])).toEqual(table);
      }),
      { numRuns: 30 },
    );
  });

  test("Parquet keeps its types where nodes can carry them", async () => {
    const made = await fakeContext(datasetFile);
    const path = join(made.root, "all.parquet");
    await withConnection((connection) =>
      connection.run(
        `COPY (SELECT i AS n, 1.5::DECIMAL(9,2) AS d, DATE '2024-02-29' AS day, {'a': [1, 2]} AS s, map {'k': i} AS m, 'x'::BLOB AS b
               FROM range(3) t(i)) TO ${literal(path)} (FORMAT parquet)`,
      ),
    );
    const params = datasetFile.params.parse({ path: "all.parquet", rows: 2 });
    const { data } = await run({ inputs: {}, params, ctx: made.ctx });
    const rows: Row[] = [];
    for await (const row of readRows(join(data.dir, "data.parquet"))) rows.push(row);
    expect(rows[1]).toEqual({
      _row: `${sourcePrefix("all.parquet")}:r2`,
      n: 1,
      d: 1.5,
      day: "2024-02-29T00:00:00",
      s: { a: [1, 2] },
      m: { k: 1 },
      b: "eA==",
    });
    expect(rows).toHaveLength(2);
    expect(datasetFile.infer(params, {}, await probe(params, made.ctx)).data?.rows).toBe(2);
  });

  test("messages of roles and contents are a chat already, text with a label is labelled", async () => {
    const chat = lines(
      { messages: [{ role: "user", content: "Hi" }] },
      { messages: [{ role: "user", content: "Ho" }] },
    );
    const { facts, known, ctx } = await load("chat.jsonl", chat);
    expect([facts.shape, known?.shape]).toEqual(["chat", "chat"]);
    const columns = (
      await describeTable(
        join(
          (
            await run({ inputs: {}, params: datasetFile.params.parse({ path: "chat.jsonl" }), ctx })
          ).data.dir,
          "data.parquet",
        ),
      )
    ).sql;
    expect(columns[1]?.sql.replaceAll('"', "")).toBe(MESSAGES_SQL);
    expect((await load("l.csv", "text,label\ngood,a\nbad,b\n")).facts.shape).toBe("labelled");
  });
});

describe("packing and encodings", () => {
  const jsonl = `${lines({ q: "¿Qué?", a: "Sí — 😀" })}\n`;
  const row = [{ _row: "r1", q: "¿Qué?", a: "Sí — 😀" }];

  test("gzip and zstd are seen by their bytes, whatever the name", async () => {
    expect((await load("a.jsonl.gz", gzipSync(jsonl))).rows).toEqual(row);
    expect((await load("a.jsonl", gzipSync(jsonl))).rows).toEqual(row);
    const made = await fakeContext(datasetFile);
    const packed = join(made.root, "a.jsonl.zst");
    await withConnection((connection) =>
      connection.run(
        `COPY (SELECT ${literal(jsonl.trim())}) TO ${literal(packed)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01', COMPRESSION zstd)`,
      ),
    );
    const { data } = await run({
      inputs: {},
      params: datasetFile.params.parse({ path: "a.jsonl.zst" }),
      ctx: made.ctx,
    });
    for await (const read of readRows(join(data.dir, "data.parquet")))
      expect([{ ...read, _row: placeOf(String(read._row)) }]).toEqual(row);
  });

  test("a byte order mark tells the encoding and is no part of the first column", async () => {
    const csv = "q,a\n¿Qué?,Sí — 😀\n";
    const bytes = (mark: string, encoding: BufferEncoding) => Buffer.from(mark + csv, encoding);
    const expected = [{ _row: "r2", q: "¿Qué?", a: "Sí — 😀" }];
    expect((await load("u8.csv", bytes("\ufeff", "utf8"))).rows).toEqual(expected);
    expect((await load("u16.csv", bytes("\ufeff", "utf16le"))).rows).toEqual(expected);
    expect((await load("u16be.csv", bytes("\ufeff", "utf16le").swap16())).rows).toEqual(expected);
  });

  test("text that is not UTF-8 is taken for Latin-1, and stray bytes are told", async () => {
    const latin = await load("l.csv", Buffer.from("q,a\n\u00bfQu\u00e9?,S\u00ed\n", "latin1"));
    expect(latin.rows[0]).toMatchObject({ q: "¿Qué?", a: "Sí" });
    const stray = await load(
      "s.jsonl",
      Buffer.concat([Buffer.from(`{"q": "fine \ufffd"}\n{"q": "`), Buffer.from([0xe9]), Buffer.from('"}\n')]),
      { encoding: "utf-8" },
    );
    expect(stray.rows).toHaveLength(2);
    expect(stray.reported.logs.filter((log) => log.startsWith("warn 1 byte "))).toHaveLength(1);
  });
});

describe("rows and ids", () => {
  const many = lines(...Array.from({ length: 5_000 }, (_, i) => ({ n: i, text: `row ${i}` })));

  test("a limit takes the first rows and leaves their ids as they are", async () => {
    const all = await load("m.jsonl", many);
    const few = await load("m.jsonl", many, { rows: 7 });
    expect(all.rows).toHaveLength(5_000);
    expect(few.rows).toEqual(all.rows.slice(0, 7));
    expect(few.known?.rows).toBe(7);
  });

  test("have ids that say where they come from, whatever they hold", async () => {
    const first = await load("a.jsonl", lines({ n: 1 }, { n: 2 }));
    const edited = await load("./a.jsonl", lines({ n: 5 }, { n: 2 }, { n: 3 }));
    const other = await load("b.jsonl", lines({ n: 1 }, { n: 2 }));
    expect(first.ids[0]).toMatch(/^[0-9a-f]{8}:r1$/);
    expect(edited.ids.slice(0, 2)).toEqual(first.ids);
    expect(new Set([...first.ids, ...other.ids]).size).toBe(4);
    expect(other.ids.every((id, i) => namesRow(`r${i + 1}`, id))).toBe(true);
  });

  test("are told under the same ids before a run", async () => {
    const [name, content] = ["a.csv", "q,_row\nHi,7\nYes,"];
    const { ids, root, ctx } = await load(name, content);
    const sample = (await probe(datasetFile.params.parse({ path: name }), ctx)).sample;
    expect(sample.map((row) => row._row)).toEqual(ids);
    expect(ids.map(placeOf)).toEqual(["7", "r3"]);
    await withConnection((connection) =>
      connection.run(
        `COPY (SELECT * FROM (VALUES ('Hi', 'x'), ('Yes', NULL)) t(q, "_row")) TO ${literal(join(root, "p.parquet"))} (FORMAT parquet)`,
      ),
    );
    const params = datasetFile.params.parse({ path: "p.parquet" });
    const { data } = await run({ inputs: {}, params, ctx });
    const rows: Row[] = [];
    for await (const row of readRows(join(data.dir, "data.parquet"))) rows.push(row);
    expect((await probe(params, ctx)).sample).toEqual(rows);
    expect(rows.map((row) => placeOf(String(row._row)))).toEqual(["x", "r2"]);
  });

  test("a `_row` that the file brings stays, and must be unique", async () => {
    const { rows } = await load("ids.jsonl", lines({ _row: "x1", t: "a" }, { _row: "x2", t: "b" }));
    expect(rows.map((row) => row._row)).toEqual(["x1", "x2"]);
    await expect(
      load("ids.jsonl", lines({ _row: "x", t: "a" }, { _row: "x", t: "b" })),
    ).rejects.toMatchObject({
      reason: "row-ids-repeat",
      values: { id: "x", times: 2 },
    });
  });

  test("columns of mixed types take the narrowest type that holds all", async () => {
    const { types, rows } = await load(
      "mixed.jsonl",
      lines(
        { a: 1, b: "x", c: true, d: 1, e: [1], Name: 1, f: null },
        { a: 2.5, b: 7, c: null, d: false, e: "x", name: 2, toString: "t" },
      ),
    );
    expect(types).toMatchObject({
      a: "number",
      b: "string",
      c: "boolean",
      d: "string",
      e: "json",
      f: "string",
    });
    expect(rows[0]).toMatchObject({ b: "x", d: "1", e: [1], Name: 1, name_2: null, toString: null });
    expect(rows[1]).toMatchObject({ b: "7", d: "false", e: "x", name_2: 2, toString: "t" });
  });
});

describe("columns that only later rows ask for", () => {
  const late = (over: Given) => Array.from({ length: 5_000 }, (_, i) => ({ n: i, ...(i === 4_500 && over) }));

  test.each([
    ["a type", { n: "x" }, { _row: "r1", n: "0" }],
    ["a column", { extra: true }, { _row: "r1", n: 0, extra: null }],
    ["both", { n: 0.5, extra: [1] }, { _row: "r1", n: 0, extra: null }],
  ])("%s: all rows have it", async (_what, over, first) => {
    const given = late(over);
    const { rows, root } = await load("late.jsonl", lines(...given));
    expect(rows).toHaveLength(5_000);
    expect(rows[0]).toEqual(first);
    expect(rows[4_500]).toMatchObject(over);
    expect(rows[4_999]?._row).toBe("r5000");
    expect(await readdir(join(root, "out-data"))).toEqual(["data.parquet"]);
  });

  test("a file in which most rows are bad is refused, however far its good rows were written", async () => {
    const given = [
      ...late({}).map((row) => JSON.stringify(row)),
      ...Array.from({ length: 5_000 }, () => "bad"),
    ];
    await expect(load("half.jsonl", given.join("\n"))).rejects.toMatchObject({ reason: "too-many-bad-rows" });
  });
});

describe("bad rows", () => {
  test("are left out and told with their line", async () => {
    const good = Array.from({ length: 40 }, (_, i) => JSON.stringify({ n: i }));
    const { rows, ledger, reported } = await load(
      "b.jsonl",
      [...good.slice(0, 10), '{"n": 1', "[1, 2]", ...good.slice(10)].join("\n"),
      {
        maxBadRows: 0.1,
      },
    );
    expect(rows).toHaveLength(40);
    expect(rows.map((row) => row._row)).not.toContain("r11");
    expect(ledger).toMatchObject([
      {
        _row: expect.stringMatching(/^[0-9a-f]{8}:r11$/),
        action: "bad",
        rule: "not-json",
        values: { line: 11 },
        before: '{"n": 1',
      },
      { rule: "not-an-object", values: { line: 12, found: "list" }, before: "[1, 2]" },
    ]);
    expect(reported.metrics).toContainEqual(["badRows", 0, 2]);
  });

  test("stop the run when there are too many, naming the first", async () => {
    await expect(load("b.csv", "a,b\n1,2\n1,2,3\n")).rejects.toMatchObject({
      code: "INVALID_INPUT",
      reason: "too-many-bad-rows",
      values: { line: 3, bad: 1, rows: 2, allowed: 5, rule: "other-fields", fields: 3, expected: 2 },
    });
    await expect(load("open.csv", 'a,b\n1,2\n"never closed,2\n')).rejects.toMatchObject({
      reason: "too-many-bad-rows",
      values: { line: 3, rule: "quote-open" },
    });
  });

  test("any bytes at all end in rows or in one clear failure", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom("x.jsonl", "x.json", "x.csv", "x.txt", "x.parquet", "x.gz", "x"),
        async (bytes, name) => {
          const made = await load(name, bytes, { maxBadRows: 1 }).catch((error) => {
            expect(error.code).toBe("INVALID_INPUT");
          });
          if (!made) return;
          const metric = (wanted: string) =>
            made.reported.metrics.findLast(([given]) => given === wanted)?.[2];
          expect(made.rows.length).toBeGreaterThan(0);
          expect([metric("kept"), metric("badRows")]).toEqual([made.rows.length, made.ledger.length]);
          const ids = [...made.ids, ...made.ledger.map((row) => String(row._row))];
          expect(new Set(ids).size).toBe(ids.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("files that cannot be read", () => {
  const refused = async (name: string, content: string | Uint8Array, over: Given = {}) =>
    load(name, content, over).then(
      () => "read",
      (error) => error.reason ?? error,
    );

  test("each has its own reason", async () => {
    expect(await refused("e.jsonl", "")).toBe("empty-file");
    expect(await refused("blank.jsonl", "\n \n")).toBe("no-rows");
    expect(await refused("header.csv", "a,b\n")).toBe("no-rows");
    expect(await refused("a.zip", "PK\x03\x04....")).toBe("not-rows");
    expect(await refused("a.bin", new Uint8Array([1, 0, 2, 0, 3]))).toBe("not-rows");
    expect(await refused("a.parquet", "PAR1 no more")).toBe("not-parquet");
    expect(await refused("a.jsonl", '{"a":1}', { format: "parquet" })).toBe("not-parquet");
    expect(await refused("a.jsonl.gz", gzipSync(`{"a":"${"xyz".repeat(99)}"}`).subarray(0, 30))).toBe(
      "archive-damaged",
    );
    expect(await refused("a.jsonl", '{"a":1}', { path: "b.jsonl" })).toBe("path-missing");
    expect(await refused("a.jsonl", '{"a":1}', { path: "../b.jsonl" })).toBe("path-outside");
    expect(await refused("a.jsonl", '{"a":1}', { path: "tmp" })).toBe("path-not-a-file");
    expect(await refused("a.jsonl", '{"a":1}', { path: "http://169.254.169.254/latest" })).toBe(
      "url-private",
    );
    const keys = Object.fromEntries(Array.from({ length: 1_200 }, (_, i) => [`k${i}`, 1]));
    expect(await refused("keys.jsonl", JSON.stringify(keys))).toBe("too-many-columns");
  });

  test("a line without end is refused after 16 MB, and a bomb before it fills the disk", async () => {
    expect(await refused("one-line.jsonl", `{"a": "${"x".repeat(18 * 1024 ** 2)}`)).toBe("row-too-long");
    expect(await refused("quote.csv", `a,b\n"${"x".repeat(18 * 1024 ** 2)}`)).toBe("row-too-long");
    expect(await refused("list.json", `[{"a": "${"x".repeat(18 * 1024 ** 2)}`)).toBe("row-too-long");
    const bomb = gzipSync(Buffer.alloc(300 * 1024 ** 2, `{"a": 1}${" ".repeat(1024 ** 2)}\n`));
    expect(await refused("bomb.jsonl.gz", bomb)).toBe("archive-bomb");
  });

  test("a cancelled run stops reading", async () => {
    const controller = new AbortController();
    const made = await fakeContext(datasetFile, { signal: controller.signal });
    await mkdir(made.root, { recursive: true });
    await writeFile(join(made.root, "a.jsonl"), '{"a":1}\n'.repeat(1_000));
    controller.abort();
    const params = datasetFile.params.parse({ path: "a.jsonl" });
    await expect(run({ inputs: {}, params, ctx: made.ctx })).rejects.toThrow(/abort/i);
  });
});

describe("what the file says stays what it says", () => {
  const CSV = [
    "q,flag,price,power,code,count,ratio,gone",
    "a,True,2.00,1e6,007,1,0.5,NaN",
    "b,False,3.50,2E3,010,22,1.25,NULL",
    "c,True,4,5,9,-3,2,1",
  ].join("\n");

  test("a text of a CSV file is another type only where that prints back as the same text", async () => {
    const { rows, types } = await load("answers.csv", CSV);
    expect(types).toMatchObject({
      ...{ flag: "string", price: "string", power: "string", code: "string", gone: "string" },
      ...{ count: "integer", ratio: "number" },
    });
    const texts = rows.map(({ _row, ...row }) => Object.values(row).map(String).join(","));
    expect(texts).toEqual(CSV.split("\n").slice(1));
  });

  test("every value of a column of texts comes back as it was, whatever the others are", async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        "true",
        "True",
        "1",
        "01",
        "1.0",
        "1e3",
        "-0",
        "9007199254740993",
        "NaN",
        "Infinity",
        "+1",
        ".5",
      ),
      fc.double({ noNaN: true }).map(String),
      fc.integer().map(String),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 6 }), async (cells) => {
        const { rows } = await load("x.csv", `a,b\n${cells.map((one) => `x,${one}`).join("\n")}\n`);
        expect(rows.map(({ b }) => String(b))).toEqual(cells);
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    ["array.jsonl", '[\n {"a": "x"},\n {"a": "y"}\n]\n'],
    ["oneline.jsonl", '[{"a":"x"},{"a":"y"}]'],
    ["pretty.jsonl", '{\n  "a": "x"\n}\n{\n  "a": "y"\n}\n'],
    ["lines.json", '{"a":"x"}\n{"a":"y"}\n'],
    ["returns.jsonl", '{"a":"x"}\r{"a":"y"}\r'],
    ["sep.csv", "sep=;\r\na;b\r\nx;1\r\ny;2\r\n"],
    ["u16.csv", Buffer.from("a,b\nx,1\ny,2\n", "utf16le")],
  ])("content decides over the name: %s", async (name, content) => {
    const { rows, ledger } = await load(name, content);
    expect(rows.map(({ a }) => a)).toEqual(["x", "y"]);
    expect(ledger).toEqual([]);
  });

  test("JSON Lines with a bad first line stay JSON Lines", async () => {
    const { rows, ledger } = await load("bad.jsonl", '{"a": "x\n{"a":"y"}\n{"a":"z"}\n', { maxBadRows: 0.5 });
    expect(rows.map(({ a }) => a)).toEqual(["y", "z"]);
    expect(ledger).toHaveLength(1);
  });
});

describe("numbers that a double does not hold", () => {
  const ids = Array.from({ length: 6 }, (_, i) => `67512711684598988${i + 3}`);

  test("ids in JSON stay distinct integers, as cells and as names of rows", async () => {
    const {
      rows,
      types,
      ids: names,
    } = await load("ids.jsonl", ids.map((id) => `{"_row": ${id}, "user": ${id}, "n": 1}`).join("\n"));
    expect(rows.map(({ user }) => user)).toEqual(ids);
    expect(names.map((name) => placeOf(name))).toEqual(ids);
    expect(types).toMatchObject({ user: "integer", n: "integer" });
  });

  test.each([
    ["beyond 64 bits", "123456789012345678901234567890", "123456789012345678901234567890"],
    ["negative", "-9007199254740993", "-9007199254740993"],
    ["the least of 64 bits", "-9223372036854775808", "-9223372036854775808"],
    ["one that a double holds, written short", "1e3", 1000],
    ["a fraction", "0.30000000000000004", 0.30000000000000004],
    ["digits in a text", '"9007199254740993"', "9007199254740993"],
    ["digits in a list", "[9007199254740993, 1]", ["9007199254740993", 1]],
    [
      "digits in an object",
      '{"id": 9007199254740993, "t": "\\"9007199254740993"}',
      { id: "9007199254740993", t: '"9007199254740993' },
    ],
  ])("%s", async (_, written, read) => {
    const { rows } = await load("one.jsonl", `{"value": ${written}, "text": "x 12345678901234567890"}`);
    expect(rows).toEqual([{ _row: "r1", value: read, text: "x 12345678901234567890" }]);
  });

  test("a column that has long integers and fractions is text, so that neither loses digits", async () => {
    const { rows, types } = await load("mixed.jsonl", '{"v": 9007199254740993}\n{"v": 0.5}\n{"v": 2}');
    expect(types.v).toBe("string");
    expect(rows.map(({ v }) => v)).toEqual(["9007199254740993", "0.5", "2"]);
  });

  test("integers and decimals of Parquet are exact", async () => {
    const made = await fakeContext(datasetFile);
    const path = join(made.root, "u.parquet");
    await withConnection((connection) =>
      connection.run(`COPY (SELECT * FROM (VALUES
        (18446744073709551615::UBIGINT, 12345678901234567890.123456789::DECIMAL(38, 9), 1.50::DECIMAL(10, 2), 123456789012345678::DECIMAL(18, 0)),
        (18446744073709551614::UBIGINT, 12345678901234567890.123456788::DECIMAL(38, 9), 2::DECIMAL(10, 2), 123456789012345679::DECIMAL(18, 0))
      ) t(id, long, price, whole)) TO ${literal(path)} (FORMAT parquet)`),
    );
    const params = datasetFile.params.parse({ path: "u.parquet" });
    const { data } = await run({ inputs: {}, params, ctx: made.ctx });
    expect((await allRows(data.dir)).map(({ _row, ...cells }) => cells)).toEqual([
      {
        id: "18446744073709551615",
        long: "12345678901234567890.123456789",
        price: 1.5,
        whole: "123456789012345678",
      },
      {
        id: "18446744073709551614",
        long: "12345678901234567890.123456788",
        price: 2,
        whole: "123456789012345679",
      },
    ]);
  });

  test("what stands for such numbers while they are read never comes out of a file's own texts", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.dictionary(
          text,
          fc.oneof(text, fc.maxSafeInteger(), fc.double({ noNaN: true, noInteger: true })),
          { maxKeys: 5 },
        ),
        (row) => {
          const json = JSON.stringify(row);
          const longer = `${json.slice(0, -1)}${json === "{}" ? "" : ","}"a longer one":9007199254740993}`;
          expect(parseJson(longer).value).toEqual({
            ...JSON.parse(json),
            "a longer one": new Digits("9007199254740993"),
          });
        },
      ),
    );
  });
});

describe("files that are not quite what their name says", () => {
  const rows = [1, 2, 3].map((n) => ({ question: `q${n}`, answer: `a${n}` }));

  test.each([
    ["an array in .jsonl", "a.jsonl", JSON.stringify(rows, null, 1)],
    ["a list in an object in .jsonl", "a.jsonl", JSON.stringify({ version: 1, data: rows })],
    ["objects on one line in .jsonl", "a.jsonl", rows.map((row) => JSON.stringify(row)).join("")],
    [
      "columns as pandas writes them",
      "a.json",
      JSON.stringify({
        question: { 0: "q1", 1: "q2", 2: "q3" },
        answer: { 0: "a1", 1: "a2", 2: "a3" },
      }),
    ],
  ])("%s", async (_, name, content) => {
    const read = await load(name, content);
    expect(read.rows.map(({ _row, ...row }) => row)).toEqual(rows);
    expect(read.ledger).toEqual([]);
  });

  test("rows in a list are said to be, and what stands beside the list is named", async () => {
    const { rows: read, reported } = await load(
      "a.jsonl",
      JSON.stringify({ version: 1, source: "x", data: rows }),
    );
    expect(read).toHaveLength(3);
    expect(reported.logs.slice(1, 3)).toEqual([
      "info The rows of a.jsonl are its list `data`",
      "warn What stands beside the list `data` in a.jsonl is left out: version, source",
    ]);
  });

  test("one row that holds a list of objects is a row", async () => {
    const row = { instruction: "Add", instances: [{ input: "1 2", output: "3" }] };
    for (const name of ["one.json", "one.jsonl"])
      expect((await load(name, JSON.stringify(row))).rows).toMatchObject([row]);
  });

  test("members of gzip are read one after the other with what pads them, and other bytes behind them are told", async () => {
    const members = rows.map((row) => gzipSync(`${JSON.stringify(row)}\n`));
    const whole = await load("a.jsonl.gz", Buffer.concat([...members, Buffer.alloc(512)]));
    expect(whole.rows.map(({ _row, ...row }) => row)).toEqual(rows);
    await expect(
      load("a.jsonl.gz", Buffer.concat([...members, Buffer.from("garbage")])),
    ).rejects.toMatchObject({
      reason: "archive-trailed",
      values: { path: "a.jsonl.gz" },
    });
  });

  test("one conversation is a row, not a list of turns", async () => {
    const chat = {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: "a" },
      ],
    };
    for (const name of ["one.json", "one.jsonl"])
      expect((await load(name, JSON.stringify(chat))).rows).toMatchObject([chat]);
  });

  test("names of columns that are data are refused, in text and in Parquet", async () => {
    const name = "n".repeat(1_001);
    for (const [file, content] of [
      ["a.jsonl", `{"${name}":1}`],
      ["a.csv", `${name}\n1\n`],
    ] as const)
      await expect(load(file, content)).rejects.toMatchObject({ reason: "column-name-long" });
    const made = await fakeContext(datasetFile);
    await withConnection((connection) =>
      connection.run(
        `COPY (SELECT 1 AS "${name}") TO ${literal(join(made.root, "a.parquet"))} (FORMAT parquet)`,
      ),
    );
    const params = datasetFile.params.parse({ path: "a.parquet" });
    await expect(probe(params, made.ctx)).rejects.toMatchObject({ reason: "column-name-long" });
    await expect(run({ inputs: {}, params, ctx: made.ctx })).rejects.toMatchObject({
      reason: "column-name-long",
    });
  });

  test("an array that is cut off is told, wherever it is cut", async () => {
    const whole = JSON.stringify(rows);
    for (const cut of [whole.slice(0, -1), `${whole.slice(0, -1)},`, whole.slice(0, -3)]) {
      const { rows: read, ledger } = await load("a.json", cut, { maxBadRows: 0.5 });
      expect(read.length + ledger.length).toBe(cut.endsWith("}") || cut.endsWith(",") ? 4 : 3);
      expect(ledger).toMatchObject([{ rule: "not-json" }]);
    }
  });

  test("a row too deep to be written is told, and its neighbours are kept", async () => {
    const deep = (levels: number) => `{"n":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    const { rows: read, ledger } = await load("a.jsonl", [deep(3), deep(400), deep(50_000)].join("\n"), {
      maxBadRows: 0.5,
    });
    expect(read).toHaveLength(2);
    expect(ledger).toMatchObject([{ rule: "too-deep", values: { line: 3 } }]);
  });

  test("some broken bytes do not make another encoding of a UTF-8 file", async () => {
    const bytes = (text: string) =>
      Buffer.concat([Buffer.from(text), Buffer.from([0xe9]), Buffer.from("\n")]);
    const { rows: read, reported } = await load("a.txt", bytes("día, año, ñandú, caf"));
    expect(read.map(({ text }) => text)).toEqual(["día, año, ñandú, caf\ufffd"]);
    expect(reported.logs).toContainEqual(expect.stringMatching(/^warn 1 byte of a\.txt is not utf-8/));
    expect((await load("b.txt", bytes("un caf"))).rows.map(({ text }) => text)).toEqual(["un café"]);
  });

  test("numbers that are none, as Python writes them, are nothing, and the log counts them", async () => {
    const { rows: read, reported } = await load(
      "nan.jsonl",
      '{"t": "NaN, -Infinity", "a": NaN, "b": [1, -Infinity]}\n{"t": "x", "a": 0.5, "b": []}',
    );
    expect(read).toMatchObject([{ t: "NaN, -Infinity", a: null, b: [1, null] }, { a: 0.5 }]);
    expect(reported.logs).toContainEqual(expect.stringMatching(/^warn 2 numbers of nan\.jsonl are `NaN`/));
  });

  test("a quote that is never closed costs its own line and no other", async () => {
    const { rows: read, ledger } = await load(
      "quote.csv",
      'q,a\n1,one\n2,"two\n3,three\n4,"fo\nur"\n5,five\n',
      { maxBadRows: 0.5 },
    );
    expect(read.map(({ q, a }) => `${q} ${a}`)).toEqual(["1 one", "3 three", "5 five", "4 fo\nur"].sort());
    expect(ledger).toMatchObject([{ rule: "quote-open", values: { line: 3 } }]);
  });

  test("lines that a quote runs together are named", async () => {
    const content = 'q,a\n1,"one\n2,two",3\n4,four\n';
    const { rows: read, ledger } = await load("run.csv", content, { maxBadRows: 0.9 });
    expect(read).toHaveLength(1);
    expect(ledger).toMatchObject([{ rule: "other-fields-over-lines", values: { line: 2, end: 3 } }]);
  });
});
