import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { closeTables, describeTable, type Row, readRows, TableWriter } from "@/engines/table";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext } from "../_testing/context";
import { newKind } from "./definition";
import run from "./run";

afterAll(closeTables);

/** The rows in, and what came out: real files on both sides. */
async function clean(texts: readonly string[], over: object = {}) {
  const { ctx, root } = await fakeContext(newKind);
  const path = join(root, "data.parquet");
  const writer = await TableWriter.open(path, [
    { name: "_row", sql: "VARCHAR" },
    { name: "text", sql: "VARCHAR" },
  ]);
  await writer.append(texts.map((text, i) => ({ _row: `r${i}`, text })));
  await writer.close();
  const { columns } = await describeTable(path);
  const facts = { shape: "text" as const, columns, rows: texts.length };
  const data: InputArtifact<"dataset"> = { type: "dataset", digest: "sha256:0", facts, dir: root };
  const outputs = await run({ inputs: { data }, params: newKind.params.parse(over), ctx });
  const read = async ({ dir }: { dir: string }) => {
    const rows: Row[] = [];
    for await (const row of readRows(join(dir, "data.parquet"))) rows.push(row);
    return rows;
  };
  return { rows: await read(outputs.data), ledger: await read(outputs.ledger) };
}
const ids = (rows: Row[]) => rows.map((row) => row._row);

describe("new-kind", () => {
  test("all rows go on with its defaults", async () => {
    const { rows, ledger } = await clean(["ok", "", "a longer text"]);
    expect(ids(rows)).toEqual(["r0", "r1", "r2"]);
    expect(ledger).toEqual([]);
  });

  test("a row with fewer characters is removed, and the ledger says why", async () => {
    const { rows, ledger } = await clean(["ok", "a longer text"], { minCharacters: 10 });
    expect(ids(rows)).toEqual(["r1"]);
    expect(ledger).toMatchObject([{ _row: "r0", action: "removed", rule: "too-short", score: 2 }]);
  });

  test("a row that a person put back goes on", async () => {
    const { rows } = await clean(["ok", "a longer text"], { minCharacters: 10, putBack: ["r0"] });
    expect(ids(rows)).toEqual(["r0", "r1"]);
  });

  test("no row left is a failure that names the number of rows", async () => {
    await expect(clean(["ok", "no"], { minCharacters: 10 })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      reason: "no-rows-left",
      values: { rows: 2 },
    });
  });
});
