import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { closeTables, TableWriter } from "@/engines/table";
import { localStore, putFolder } from "@/server/artifacts";
import { inputComparer } from "./compare-inputs";

test("rows of two datasets are compared by their ids", async () => {
  const home = await mkdtemp(join(tmpdir(), "telar-compare-"));
  const store = localStore(join(home, "artifacts"));
  const put = async (rows: { _row: string; text: string }[]) => {
    const dir = await mkdtemp(join(home, "rows-"));
    const writer = await TableWriter.open(join(dir, "data.parquet"), [
      { name: "_row", sql: "VARCHAR" },
      { name: "text", sql: "VARCHAR" },
    ]);
    await writer.append(rows);
    await writer.close();
    return (await putFolder(store, dir, { type: "dataset", facts: { rows: rows.length } })).digest;
  };
  const rows = Array.from({ length: 500 }, (_, i) => ({ _row: `r${i}`, text: `text ${i}` }));
  const more = Array.from({ length: 312 }, (_, i) => ({ _row: `n${i}`, text: "new" }));
  const before = await put(rows);
  const after = await put([
    ...rows.slice(4).map((row, i) => (i < 2 ? { ...row, text: "other" } : row)),
    ...more,
  ]);
  const compare = inputComparer(store);
  expect(await compare(before, after)).toEqual({ added: 312, removed: 4, changed: 2 });
  expect(await compare(after, before)).toEqual({ added: 4, removed: 312, changed: 2 });
  expect(await compare(before, before)).toEqual({ added: 0, removed: 0, changed: 0 });
  expect(await compare(before, `sha256:${"0".repeat(64)}`)).toBeUndefined();
  await closeTables();
  await rm(home, { recursive: true, force: true });
});
