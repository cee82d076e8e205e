/** The data kinds over real files that others wrote, read in place from the folder beside the project. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeTables, type Row, readRows } from "@/engines/table";
import { datasetFile } from "../dataset-file/definition";
import probe from "../dataset-file/probe";
import loadFile from "../dataset-file/run";
import { dedupe } from "../dedupe/definition";
import dropDuplicates from "../dedupe/run";
import { pii } from "../pii/definition";
import maskPersonal from "../pii/run";
import { qualityFilter } from "../quality-filter/definition";
import filterQuality from "../quality-filter/run";
import { toChat } from "../to-chat/definition";
import mapToChat from "../to-chat/run";
import { asInput, fakeContext } from "./context";

const folder = join(import.meta.dirname, "../../../shared/data");

beforeAll(() => {
  if (!existsSync(folder))
    throw new Error("The folder shared/data beside the project is not there: these tests read it.");
});
afterAll(closeTables);

const rowsOf = async ({ dir }: { dir: string }) => {
  const rows: Row[] = [];
  for await (const row of readRows(join(dir, "data.parquet"))) rows.push(row);
  return rows;
};

async function load(path: string) {
  const { ctx } = await fakeContext(datasetFile, { dataDirs: [folder] });
  const params = datasetFile.params.parse({ path });
  const { data } = await loadFile({ inputs: {}, params, ctx });
  const facts = await probe(params, ctx);
  expect(facts.columns).toEqual(data.type.columns);
  expect(Math.abs(facts.rows / data.type.rows! - 1)).toBeLessThan(0.5);
  return data;
}
async function chat(path: string) {
  const { ctx } = await fakeContext(toChat);
  const { data } = await mapToChat({
    inputs: { data: asInput(await load(path)) },
    params: toChat.params.parse({}),
    ctx,
  });
  return data;
}

describe("real data", () => {
  test.each([
    ["gsm8k-test.jsonl", 1_319],
    ["humaneval.jsonl.gz", 164],
    ["self-instruct-seeds.jsonl", 175],
  ])("%s becomes %i conversations", async (path, rows) => {
    const data = await chat(path);
    expect(data.type).toMatchObject({ shape: "chat", rows });
    const [first] = await rowsOf(data);
    expect(first?._row).toBe("r1");
  });

  test("preference pairs load, and are refused as chats by the columns looked for", async () => {
    const data = await load("hh-rlhf-harmless-test.jsonl.gz");
    expect(data.type.rows).toBe(2_312);
    const { ctx } = await fakeContext(toChat);
    const mapping = mapToChat({ inputs: { data: asInput(data) }, params: toChat.params.parse({}), ctx });
    await expect(mapping).rejects.toMatchObject({
      reason: "no-mapping",
      values: { columns: "chosen, rejected" },
    });
  });

  test.each(["gsm8k-test.jsonl", "humaneval.jsonl.gz", "self-instruct-seeds.jsonl"])(
    "%s has next to no personal data",
    async (path) => {
      const { ctx } = await fakeContext(pii);
      const { ledger } = await maskPersonal({
        inputs: { data: asInput(await chat(path)) },
        params: pii.params.parse({}),
        ctx,
      });
      const found = (await rowsOf(ledger)).map(({ _row, rule, before }) => `${_row} ${rule} ${before}`);
      expect(found.length, found.join("\n")).toBeLessThan(8);
    },
  );

  test("good data passes the quality filter, and GSM8K has no duplicates", async () => {
    const data = await chat("gsm8k-test.jsonl");
    const quality = await filterQuality({
      inputs: { data: asInput(data) },
      params: qualityFilter.params.parse({}),
      ctx: (await fakeContext(qualityFilter)).ctx,
    });
    const junk = (await rowsOf(quality.ledger)).map(({ rule, before }) => `${rule} ${before}`);
    expect(junk.length, junk.join("\n\n")).toBeLessThan(14);
    const distinct = await dropDuplicates({
      inputs: { data: asInput(data) },
      params: dedupe.params.parse({}),
      ctx: (await fakeContext(dedupe)).ctx,
    });
    expect(distinct.data.type.rows).toBe(1_319);
  });
});
