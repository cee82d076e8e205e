import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { closeTables } from "./database";
import { findPutBack } from "./put-back";
import { queryRows } from "./read-rows";
import { placeSql, sourcePrefix } from "./row-source";
import { selectScores } from "./select-scores";
import { TableWriter } from "./table-writer";

afterAll(closeTables);

async function table(...ids: string[]): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "telar-rows-")), "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "score", sql: "DOUBLE" },
  ]);
  await writer.append(ids.map((_row, score) => ({ _row, score })));
  await writer.close();
  return path;
}
const [a, b] = [sourcePrefix("a.jsonl"), sourcePrefix("b.jsonl")];

test("an id of an earlier version means the one row that has it behind its source, and is told else", async () => {
  const path = await table(`${a}:r1`, `${b}:r1`, `${a}:r2`, "r3", `${b}:r3`, `${b}:it's`);
  const found = await findPutBack(path, [`${b}:r1`, "r1", "r2", "r3", "r9", "it's"]);
  expect([...found.rows].sort()).toEqual([`${a}:r2`, `${b}:it's`, `${b}:r1`, "r3"].sort());
  expect(found.ambiguous).toEqual(["r1"]);
  expect(found.missing).toEqual(["r9"]);
});

test("what would stay under bounds counts rows that are named without their source", async () => {
  const path = await table(`${a}:r0`, `${a}:r1`, `${a}:r2`);
  const bounds = [{ column: "score", least: 3 }];
  expect(await selectScores(path, { bounds, putBack: ["r1"] })).toMatchObject({ rows: 3, kept: 1 });
});

test("a source is the same however its path is written, and SQL reads ids as the language does", async () => {
  expect(sourcePrefix("./data/../a.jsonl")).toBe(a);
  expect(sourcePrefix("https://x.example/./a")).not.toBe(sourcePrefix("https://x.example/a"));
  const path = await table(`${a}:r1`, "r1", "XXXXXXXX:r1", `${a}:${b}:r1`, "");
  const rows = await queryRows<{ place: string }>(`SELECT ${placeSql()} AS place FROM '${path}'`);
  expect(rows.map(({ place }) => place)).toEqual(["r1", "r1", "XXXXXXXX:r1", `${b}:r1`, ""]);
});
