/** Numbers keep their digits from the file to whatever reads the table, and so do columns whatever their names. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  closeTables,
  histogram,
  literal,
  previewTable,
  type Row,
  readRows,
  withConnection,
} from "@/engines/table";
import { placeOf } from "@/graph/row-ids";
import { asInput, fakeContext } from "../_testing/context";
import { split } from "../split/definition";
import cut from "../split/run";
import { toChat } from "../to-chat/definition";
import mapToChat from "../to-chat/run";
import { datasetFile } from "./definition";
import probe from "./probe";
import run from "./run";

afterAll(closeTables);

async function rowsOf(dir: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(join(dir, "data.parquet")))
    rows.push({ ...row, _row: placeOf(String(row._row)) });
  return rows;
}
async function load(name: string, content: string | ((path: string) => Promise<void>)) {
  const { ctx, root } = await fakeContext(datasetFile);
  if (typeof content === "string") await writeFile(join(root, name), content);
  else await content(join(root, name));
  const params = datasetFile.params.parse({ path: name });
  const { data } = await run({ inputs: {}, params, ctx });
  const { sample } = await probe(params, ctx);
  const columns = Object.fromEntries(data.type.columns!.map((column) => [column.name, column.type]));
  return { data, columns, sample, rows: await rowsOf(data.dir) };
}
const written = (sql: string) => (path: string) =>
  withConnection(async (connection) => {
    await connection.run(`COPY (${sql}) TO ${literal(path)} (FORMAT parquet)`);
  });

const FIRST = 675_127_116_845_989_888n;
const six = (line: (id: bigint) => string) =>
  Array.from({ length: 6 }, (_, i) => line(FIRST + BigInt(i))).join("\n");

test("ids beyond 2^53 are told apart in the table, in its filters, histogram, parts and conversations", async () => {
  const { data, columns, rows, sample } = await load(
    "ids.jsonl",
    six((id) => `{"user": ${id}, "question": "same?", "answer": "same."}`),
  );
  expect(columns.user).toBe("integer");
  expect(rows.map(({ user }) => user)).toEqual(
    Array.from({ length: 6 }, (_, i) => String(FIRST + BigInt(i))),
  );
  expect(sample.map(({ user }) => user)).toEqual(rows.slice(0, 5).map(({ user }) => user));

  const file = join(data.dir, "data.parquet");
  const where = (op: "=" | ">=", value: string) =>
    previewTable(file, { where: [{ column: "user", op, value }] }).then(({ total }) => total);
  expect([await where("=", String(FIRST + 1n)), await where(">=", String(FIRST + 4n))]).toEqual([1, 2]);
  expect((await histogram(file, "user", 10))!.bins.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1]);

  const parts = await cut({
    inputs: { data: asInput(data) },
    params: split.params.parse({ unit: "share", validation: 0.34, test: 0, group: "user" }),
    ctx: (await fakeContext(split)).ctx,
  });
  expect(parts.train.type.rows! + parts.validation.type.rows!).toBe(6);
  expect(parts.validation.type.rows).toBe(2);

  const chats = await mapToChat({
    inputs: { data: asInput(data) },
    params: toChat.params.parse({ mapping: "columns", user: "{user}: {question}" }),
    ctx: (await fakeContext(toChat)).ctx,
  });
  expect((await rowsOf(chats.data.dir))[1]!.messages).toEqual([
    { role: "user", content: `${FIRST + 1n}: same?` },
    { role: "assistant", content: "same." },
  ]);
});

test("numbers that neither a double nor 64 bits hold become text in all the column, with every digit", async () => {
  const { columns, rows } = await load(
    "wide.jsonl",
    `{"least": -9223372036854775808, "twenty": 12345678901234567890, "thirty": 0.123456789012345678901234567890, "mixed": 675127116845989889, "share": 0.1, "edge": 9007199254740992, "both": 9007199254740993, "huge": 1e400}
{"least": 9223372036854775807, "twenty": 1, "thirty": -2.5, "mixed": "a text", "share": 2.50, "edge": 9007199254740993, "both": 0.5, "huge": 1e5}`,
  );
  expect(columns).toEqual({
    _row: "string",
    least: "integer",
    twenty: "string",
    thirty: "string",
    mixed: "string",
    share: "number",
    edge: "integer",
    both: "string",
    huge: "string",
  });
  expect(rows).toEqual([
    {
      _row: "r1",
      least: "-9223372036854775808",
      twenty: "12345678901234567890",
      thirty: "0.123456789012345678901234567890",
      mixed: "675127116845989889",
      share: 0.1,
      edge: "9007199254740992",
      both: "9007199254740993",
      huge: "1e400",
    },
    {
      _row: "r2",
      least: "9223372036854775807",
      twenty: "1",
      thirty: "-2.5",
      mixed: "a text",
      share: 2.5,
      edge: "9007199254740993",
      both: "0.5",
      huge: "100000",
    },
  ]);
});

test("numbers deep in lists and objects keep their digits, and texts that look like them are left alone", async () => {
  const line = `{"deep":{"ids":[675127116845989889,{"d":-0.1234567890123456789}],"said":"7 \\"12345678901234567890\\\\"},"one":18446744073709551616}`;
  const { data, rows } = await load("deep.jsonl", `${line}\n{"deep":null,"one":[1]}\n`);
  expect(rows[0]).toEqual({
    _row: "r1",
    deep: { ids: ["675127116845989889", { d: "-0.1234567890123456789" }], said: '7 "12345678901234567890\\' },
    one: "18446744073709551616",
  });
  const [stored] = await withConnection(async (connection) =>
    (
      await connection.runAndReadAll(
        `SELECT deep::VARCHAR, one::VARCHAR FROM read_parquet(${literal(join(data.dir, "data.parquet"))})`,
      )
    ).getRows(),
  );
  expect(stored).toEqual([/"deep":(\{.*?\}),"one"/.exec(line)![1], "18446744073709551616"]);
});

test("`_row` of six digits more than a double holds names six rows", async () => {
  const { rows } = await load(
    "rows.jsonl",
    six((id) => `{"_row": ${id}, "text": "t"}`),
  );
  expect(new Set(rows.map(({ _row }) => _row)).size).toBe(6);
  expect(rows[5]!._row).toBe(String(FIRST + 5n));
});

test("Parquet keeps 64-bit numbers without a sign, and decimals of any length, also within lists", async () => {
  const { columns, rows } = await load(
    "exact.parquet",
    written(`SELECT 9223372036854775809::UBIGINT AS user, 1.50::DECIMAL(10, 2) AS price,
      12345678901234567890.123456789012345678::DECIMAL(38, 18) AS wide, [18446744073709551615::UBIGINT] AS list,
      [1.10::DECIMAL(38, 2), 12345678901234567890.12::DECIMAL(38, 2)] AS prices`),
  );
  expect(columns).toMatchObject({ user: "integer", price: "number", wide: "string", list: "json" });
  expect(rows).toEqual([
    {
      _row: "r1",
      user: "9223372036854775809",
      price: 1.5,
      wide: "12345678901234567890.123456789012345678",
      list: ["18446744073709551615"],
      prices: [1.1, "12345678901234567890.12"],
    },
  ]);
});

test("columns keep their names where JavaScript has another meaning for them", async () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype", "valueOf"];
  const own = (row: Row) => names.map((name) => (Object.hasOwn(row, name) ? row[name] : "lost"));
  const csv = await load("names.csv", `question,${names.join()}\nq,1,2,3,4,5,6\nr,7,8,9,10,11,12\n`);
  expect(csv.rows.map(own)).toEqual([
    [1, 2, 3, 4, 5, 6],
    [7, 8, 9, 10, 11, 12],
  ]);
  const json = await load(
    "names.jsonl",
    `{"__proto__": {"a": 1}, "toString": "s", "deep": {"__proto__": 1, "constructor": 2}}\n{"constructor": null}\n`,
  );
  expect(json.rows.map((row) => JSON.stringify(row))).toEqual([
    '{"_row":"r1","__proto__":{"a":1},"toString":"s","deep":{"__proto__":1,"constructor":2},"constructor":null}',
    '{"_row":"r2","__proto__":null,"toString":null,"deep":null,"constructor":null}',
  ]);
  const page = await previewTable(join(csv.data.dir, "data.parquet"), {
    sort: { column: "__proto__", descending: true },
    where: [{ column: "toString", op: ">", value: 3 }],
  });
  expect(page.rows.map(own)).toEqual([[7, 8, 9, 10, 11, 12]]);
  const parquet = await load(
    "names.parquet",
    written(`SELECT 1 AS "__proto__", {'__proto__': 2, 'a': 3} AS s`),
  );
  expect(parquet.rows.map((row) => JSON.stringify(row))).toEqual([
    '{"_row":"r1","__proto__":1,"s":{"__proto__":2,"a":3}}',
  ]);
});
