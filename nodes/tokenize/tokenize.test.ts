import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { modelFacts } from "@/engines/hub/facts";
import { MESSAGES_SQL, messagesSql, type Row, readRows, TableWriter } from "@/engines/table";
import { loadTokenizer } from "@/engines/tokenizer/load";
import type { DatasetFacts } from "@/graph/ports";
import { asInput, fakeContext, runKind } from "../_testing/context";
import { tokenize } from "./definition";
import run from "./run";
import { tokenStatsSchema } from "./stats";

let root: string;
let model: ReturnType<typeof asInput>;
const parse = (params: object) => tokenize.params.parse(params);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-tokenize-"));
  const dir = await tinyLlama(join(root, "model"));
  model = asInput({ type: { type: "model", ...(await modelFacts(dir, { name: "Tiny" })) }, dir });
});

async function dataset(shape: "chat" | "text", rows: Row[], facts: Partial<DatasetFacts> = {}) {
  const dir = await mkdtemp(join(root, "data-"));
  const column =
    shape === "chat" ? { name: "messages", sql: MESSAGES_SQL } : { name: "text", sql: "VARCHAR" };
  const writer = await TableWriter.open(join(dir, "data.parquet"), [
    { name: "_row", sql: "VARCHAR" },
    column,
  ]);
  await writer.append(rows.map((row, i) => ({ _row: `r${i + 1}`, ...row })));
  await writer.close();
  return asInput({ type: { type: "dataset", shape, rows: rows.length, ...facts }, dir });
}

const chat = (question: string, answer: string): Row => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});

async function go(data: ReturnType<typeof asInput>, params: object = {}) {
  const { ctx, reported } = await fakeContext(tokenize);
  const { tokens } = await runKind(tokenize, run, { inputs: { data, model }, params: parse(params), ctx });
  const rows: { _row: string; ids: number[]; mask: number[] }[] = [];
  for await (const row of readRows<(typeof rows)[number]>(join(tokens.dir, "tokens.parquet"))) rows.push(row);
  const stats = tokenStatsSchema.parse(JSON.parse(await readFile(join(tokens.dir, "stats.json"), "utf8")));
  return { tokens, rows, stats, reported };
}
const refusal = (data: ReturnType<typeof asInput>, params: object = {}) =>
  go(data, params).then(
    () => undefined,
    (error: unknown) => error,
  );

test("turns that are marked are left out of the loss, of all tokens too, and tools are never lost", async () => {
  const dir = await mkdtemp(join(root, "data-"));
  const writer = await TableWriter.open(join(dir, "data.parquet"), [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: messagesSql(["train"]) },
    { name: "tools", sql: "JSON" },
  ]);
  const turn = (role: string, content: string, train: boolean | null = null) => ({ role, content, train });
  const tools = [{ type: "function", function: { name: "warp" } }];
  const turns = [
    turn("user", "two"),
    turn("assistant", "five", false),
    turn("user", "no"),
    turn("assistant", "four"),
  ];
  await writer.append([
    { _row: "r1", messages: turns, tools: null },
    { _row: "r2", messages: turns, tools },
    { _row: "r3", messages: turns, tools: ["x"] },
    { _row: "r4", messages: turns.slice(0, 2), tools: null },
  ]);
  await writer.close();
  const data = asInput({ type: { type: "dataset", shape: "chat", rows: 4 }, dir });
  const tokenizer = await loadTokenizer((model as { dir: string }).dir);
  const trained = async (params: object) => {
    const { rows, reported } = await go(data, { maxBadRows: 1, ...params });
    const text = ({ ids, mask }: (typeof rows)[number]) => tokenizer.decode(ids.filter((_, i) => mask[i]));
    return { texts: await Promise.all(rows.map(text)), rows, reported };
  };
  const answers = await trained({});
  expect(answers.texts).toEqual(["four<|im_end|>", "four<|im_end|>"]);
  expect(await tokenizer.decode(answers.rows[1]!.ids)).toContain(
    'system\n[{"type":"function","function":{"name":"warp"}}]',
  );
  expect(
    answers.reported.logs.filter((line) => line.includes("1 row") && line.includes("system message")),
  ).toHaveLength(1);
  expect(answers.reported.metrics).toContainEqual(["bad", 0, 1]);
  expect(answers.reported.metrics).toContainEqual(["withoutAnswer", 0, 1]);
  const [all] = (await trained({ lossOn: "all" })).texts;
  expect([all!.includes("five"), all!.includes("two"), all!.includes("four")]).toEqual([false, true, true]);
});

describe("chats", () => {
  test("become ids with a mask on the answers, and the facts that training checks", async () => {
    const data = await dataset("chat", [chat("hello?", "well 42"), chat("and?", "no")], {
      labels: { pii: "masked" },
    });
    const { tokens, rows, stats } = await go(data);
    const tokenizer = await loadTokenizer(model.dir);
    const answers = await Promise.all(
      rows.map(({ ids, mask }) => tokenizer.decode(ids.filter((_, i) => mask[i]))),
    );
    expect(answers).toEqual(["well 42<|im_end|>", "no<|im_end|>"]);
    expect(rows.map(({ _row }) => _row)).toEqual(["r1", "r2"]);
    expect(tokens.type).toEqual({
      type: "tokens",
      tokenizer: tokenizer.tokenizer,
      template: tokenizer.template,
      maxLength: 512,
      rows: 2,
      tokens: rows.reduce((sum, { ids }) => sum + ids.length, 0),
      trainedTokens: rows.reduce((sum, { mask }) => sum + mask.filter(Boolean).length, 0),
      labels: { pii: "masked" },
    });
    expect(stats.preview[0]!.tokens.map(([text]) => text).join("")).toBe(
      await tokenizer.decode(rows[0]!.ids),
    );
    expect(await readFile(join(tokens.dir, "tokenizer.json"))).toEqual(
      await readFile(join(model.dir, "tokenizer.json")),
    );
  });

  test("longer than the maximum are cut and counted, or left out", async () => {
    const data = await dataset("chat", [chat("q", "word ".repeat(100)), chat("q", "short")]);
    const cut = await go(data, { maxLength: 60 });
    expect(cut.rows.map(({ ids }) => ids.length)).toEqual([60, expect.any(Number)]);
    expect(cut.stats).toMatchObject({ kept: 2, truncated: 1, maxLength: 60 });
    expect(cut.stats.lostTokens).toBe(cut.stats.longest - 60);
    expect(cut.reported.logs.join()).toContain("was cut to 60 tokens");
    const dropped = await go(data, { maxLength: 60, tooLong: "drop" });
    expect(dropped.stats).toMatchObject({ kept: 1, tooLong: 1, truncated: 0 });
  });

  test("without an answer within the length are left out, unless all tokens count", async () => {
    const asked: Row = { messages: [{ role: "user", content: "only a question" }] };
    const data = await dataset("chat", [asked, chat("q", "a")]);
    expect((await go(data)).stats).toMatchObject({ read: 2, kept: 1, withoutAnswer: 1 });
    expect((await go(data, { lossOn: "all" })).stats).toMatchObject({ kept: 2, withoutAnswer: 0 });
  });

  test("that cannot be used stop the run when they are many, and are named when they are few", async () => {
    const bad: Row = { messages: [{ role: "user", content: null }] };
    const many = await dataset("chat", [bad, chat("q", "a")]);
    expect(await refusal(many)).toMatchObject({
      reason: "too-many-bad-rows",
      values: { bad: 1, rows: 2, row: "r1", rule: "message-incomplete" },
    });
    const { stats } = await go(many, { maxBadRows: 0.5 });
    expect(stats).toMatchObject({ read: 2, kept: 1, bad: 1 });
  });

  test("none of which is left are a failure that says why", async () => {
    const data = await dataset("chat", [chat("q".repeat(200), "a")]);
    expect(await refusal(data, { maxLength: 32 })).toMatchObject({
      code: "INVALID_INPUT",
      reason: "no-rows-left",
      values: { rows: 1, withoutAnswer: 1, tooLong: 0 },
    });
    expect(await refusal(await dataset("chat", []))).toMatchObject({ reason: "no-rows-left" });
  });
});

test("texts count whole and end with the end token when wanted", async () => {
  const data = await dataset("text", [{ text: "hello world" }, { text: "" }]);
  const { rows, tokens } = await go(data, { maxBadRows: 0.5 });
  expect(rows).toHaveLength(1);
  expect(rows[0]!.ids.at(-1)).toBe(2);
  expect(rows[0]!.mask.every((one) => one === 1)).toBe(true);
  expect(tokens.type).not.toHaveProperty("template");
  const bare = await go(data, { maxBadRows: 0.5, endOfText: false });
  expect(bare.rows[0]!.ids).toEqual(rows[0]!.ids.slice(0, -1));
});

test("many rows keep their order and are all there", async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => chat(`question ${i}`, `answer ${i * 7}`));
  const { rows: found, stats } = await go(await dataset("chat", rows));
  expect(found.map(({ _row }) => _row)).toEqual(rows.map((_, i) => `r${i + 1}`));
  expect(stats.lengths.counts.reduce((a, b) => a + b, 0)).toBe(3000);
});

describe("before a run", () => {
  const data = { type: "dataset", shape: "chat" } as const;
  test("the type tells length, tokenizer and template", () => {
    const known = { type: "model", tokenizer: "sha256:t", template: "sha256:c" } as const;
    expect(tokenize.infer(parse({ maxLength: 64 }), { data, model: known }).tokens).toEqual({
      type: "tokens",
      maxLength: 64,
      tokenizer: "sha256:t",
      template: "sha256:c",
    });
  });

  test("a model without template, or with a shorter context, is named", () => {
    const bare = { type: "model", tokenizer: "sha256:t", contextLength: 256 } as const;
    expect(tokenize.check!(parse({}), { data, model: bare }).map(({ code }) => code)).toEqual([
      "no-template",
      "longer-than-context",
    ]);
  });
});
