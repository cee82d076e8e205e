/** The six data kinds one after the other, over the data of the example: what was planted in it is found, and nothing else. */
import { copyFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeTables, type Message, type Row, readRows } from "@/engines/table";
import { placeOf } from "@/graph/row-ids";
import type { SealedOutput } from "@/graph/runner";
import { datasetFile } from "../dataset-file/definition";
import loadFile from "../dataset-file/run";
import { dedupe } from "../dedupe/definition";
import dropDuplicates from "../dedupe/run";
import { pii } from "../pii/definition";
import maskPersonal from "../pii/run";
import { qualityFilter } from "../quality-filter/definition";
import filterQuality from "../quality-filter/run";
import { split } from "../split/definition";
import cut from "../split/run";
import { toChat } from "../to-chat/definition";
import mapToChat from "../to-chat/run";
import { asInput, fakeContext, runKind } from "./context";

const file = join(import.meta.dirname, "../../examples/data/support.jsonl");

/** As the file's README counts them. */
const ROWS = 594;
const PERSONAL = { email: 8, phone: 6, card: 3 };
const DUPLICATES = 14;
const JUNK = 13;

type Outputs = Record<
  | "loaded"
  | "chat"
  | "masked"
  | "ledger"
  | "distinct"
  | "duplicates"
  | "good"
  | "junk"
  | "train"
  | "validation"
  | "test",
  SealedOutput<"dataset">
>;
let made: Outputs;
let metrics: [string, number, number][];

const rowsOf = async ({ dir }: { dir: string }) => {
  const rows: Row[] = [];
  for await (const row of readRows(join(dir, "data.parquet"))) rows.push(row);
  return rows;
};
const ids = (rows: Row[]) => rows.map((row) => String(row._row));
const words = (rows: Row[]) =>
  rows.flatMap((row) => (row.messages as Message[]).map((message) => message.content)).join("\n");

beforeAll(async () => {
  const source = await fakeContext(datasetFile);
  await copyFile(file, join(source.root, basename(file)));
  const loaded = await runKind(datasetFile, loadFile, {
    inputs: {},
    params: datasetFile.params.parse({ path: basename(file) }),
    ctx: source.ctx,
  });
  const chat = await runKind(toChat, mapToChat, {
    inputs: { data: asInput(loaded.data) },
    params: toChat.params.parse({}),
    ctx: (await fakeContext(toChat)).ctx,
  });
  const personal = await fakeContext(pii);
  const masked = await runKind(pii, maskPersonal, {
    inputs: { data: asInput(chat.data) },
    params: pii.params.parse({}),
    ctx: personal.ctx,
  });
  metrics = personal.reported.metrics;
  const distinct = await runKind(dedupe, dropDuplicates, {
    inputs: { data: asInput(masked.data) },
    params: dedupe.params.parse({ ignoreCase: true, ignoreSpace: true }),
    ctx: (await fakeContext(dedupe)).ctx,
  });
  const good = await runKind(qualityFilter, filterQuality, {
    inputs: { data: asInput(distinct.data) },
    params: qualityFilter.params.parse({}),
    ctx: (await fakeContext(qualityFilter)).ctx,
  });
  const parts = await runKind(split, cut, {
    inputs: { data: asInput(good.data) },
    params: split.params.parse({}),
    ctx: (await fakeContext(split)).ctx,
  });
  made = {
    loaded: loaded.data,
    chat: chat.data,
    masked: masked.data,
    ledger: masked.ledger,
    distinct: distinct.data,
    duplicates: distinct.ledger,
    good: good.data,
    junk: good.ledger,
    ...parts,
  };
});
afterAll(closeTables);

describe("the example's data", () => {
  test("becomes one conversation a row, with its other columns", async () => {
    const rows = await rowsOf(made.chat);
    expect(rows).toHaveLength(ROWS);
    expect(Object.keys(rows[0]!)).toEqual(["_row", "messages", "topic", "language"]);
    expect(made.chat.type).toMatchObject({ shape: "chat", rows: ROWS, labels: { pii: "unknown" } });
  });

  test("loses its personal data and keeps the order numbers that are no cards", async () => {
    const ledger = await rowsOf(made.ledger);
    for (const [type, count] of Object.entries(PERSONAL)) expect(metrics).toContainEqual([type, 0, count]);
    expect(ledger.every((row) => row.action === "changed" && row.before !== row.after)).toBe(true);
    const text = words(await rowsOf(made.masked));
    expect(text).not.toMatch(/@example\.|\.example\b|4111 1111|378282246310005/);
    expect(text).toContain("4532 7718 2034 9961");
    expect(text).toContain("6011 2045 8830 1177");
    expect(text).toContain("127.0.0.1");
    expect(made.masked.type).toMatchObject({ rows: ROWS, labels: { pii: "masked" } });
  });

  test("loses its duplicates", async () => {
    const ledger = await rowsOf(made.duplicates);
    expect(ledger).toHaveLength(DUPLICATES);
    expect(made.distinct.type.rows).toBe(ROWS - DUPLICATES);
  });

  test("loses its junk and nothing else", async () => {
    const ledger = await rowsOf(made.junk);
    expect(ledger).toHaveLength(JUNK);
    expect(ledger.map(({ _row, rule }) => `${placeOf(String(_row))} ${rule}`)).toEqual([
      "r126 top-word",
      "r133 answer-too-short",
      "r137 top-word",
      "r153 echo",
      "r190 boilerplate",
      "r274 few-letters",
      "r277 odd-words",
      "r301 refusal",
      "r320 odd-words",
      "r345 answer-too-short",
      "r429 answer-too-short",
      "r522 refusal",
      "r536 answer-too-short",
    ]);
  });

  test("ends in three parts that share no row, every row one of the file's", async () => {
    const parts = [await rowsOf(made.train), await rowsOf(made.validation), await rowsOf(made.test)];
    const all = parts.flatMap(ids);
    expect(new Set(all).size).toBe(ROWS - DUPLICATES - JUNK);
    expect(all).toHaveLength(ROWS - DUPLICATES - JUNK);
    const given = new Set(ids(await rowsOf(made.loaded)));
    expect(all.every((id) => given.has(id))).toBe(true);
    expect(made.train.type).toMatchObject({ shape: "chat", labels: { pii: "masked" } });
  });
});
