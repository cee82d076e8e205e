import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { closeTables, readRows } from "@/engines/table";
import { placeOf } from "@/graph/row-ids";
import { fakeContext } from "../_testing/context";
import { datasetFile } from "./definition";
import run from "./run";

afterAll(closeTables);

async function places(name: string, content: string): Promise<string[]> {
  const made = await fakeContext(datasetFile);
  await writeFile(join(made.root, name), content);
  const params = datasetFile.params.parse({ path: name, maxBadRows: 1 });
  const { data, ledger } = await run({ inputs: {}, params, ctx: made.ctx });
  const ids: string[] = [];
  for (const { dir } of [data, ledger])
    for await (const row of readRows<{ _row: string }>(join(dir, "data.parquet")))
      ids.push(placeOf(row._row));
  return ids;
}

test("values that share a line have ids of their own", async () => {
  expect(await places("a.json", '[{"a":1},{"a":2}, 7,\n{"a":3}]')).toEqual(["r1", "r1.2", "r2", "r1.3"]);
  expect(await places("b.json", '{"a":1}{"a":2}')).toEqual(["r1", "r1.2"]);
  expect(new Set(await places("c.csv", "a,b\r1,2\r3,4\r5\r")).size).toBe(3);
});
