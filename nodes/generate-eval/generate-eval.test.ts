import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { writeAdapter } from "@/engines/adapter/adapter";
import { loraName } from "@/engines/adapter/layout";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { realModel } from "@/engines/hub/_testing/real-model";
import { modelFacts } from "@/engines/hub/facts";
import { MESSAGES_SQL, type Row, RowLedger, TableWriter } from "@/engines/table";
import { reportSchema } from "@/graph/report";
import { asInput, fakeContext } from "../_testing/context";
import { generateEval } from "./definition";
import { drawQuestions, promptText, type Question, questionOf } from "./questions";
import run from "./run";

type Input = ReturnType<typeof asInput>;
let root: string;
let model: Input;
let adapter: Input;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-generate-"));
  const dir = await tinyLlama(join(root, "model"));
  const facts = await modelFacts(dir, { name: "Tiny" });
  model = asInput({ type: { type: "model", ...facts }, dir });
  await mkdir(join(root, "adapter"));
  const values = (length: number) => Float32Array.from({ length }, (_, i) => ((i % 11) - 5) / 2);
  const tensors = new Map([
    [loraName(1, "down_proj", "A"), { shape: [2, 64] as [number, number], values: values(128) }],
    [loraName(1, "down_proj", "B"), { shape: [32, 2] as [number, number], values: values(64) }],
  ]);
  const base = facts.identity!;
  await writeAdapter(join(root, "adapter"), {
    rank: 2,
    alpha: 8,
    rsLora: false,
    base,
    targets: ["down_proj"],
    tensors,
  });
  adapter = asInput({ type: { type: "adapter", base, rank: 2 }, dir: join(root, "adapter") });
});

const chat = (question: string, answer: string): Row => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
async function dataset(rows: Row[]): Promise<Input> {
  const dir = await mkdtemp(join(root, "data-"));
  const columns = [
    { name: "_row", sql: "VARCHAR" },
    { name: "messages", sql: MESSAGES_SQL },
  ];
  const writer = await TableWriter.open(join(dir, "data.parquet"), columns);
  await writer.append(rows.map((row, i) => ({ _row: `r${i + 1}`, ...row })));
  await writer.close();
  return asInput({ type: { type: "dataset", shape: "chat", rows: rows.length }, dir });
}
async function go(inputs: { model: Input; data: Input; adapter?: Input }, params: object = {}) {
  const { ctx, reported } = await fakeContext(generateEval, { threads: 1 });
  const parsed = generateEval.params.parse(params);
  const { report } = await run({ inputs: { adapter: undefined, ...inputs }, params: parsed, ctx });
  const written = reportSchema.parse(JSON.parse(await readFile(join(report.dir, "report.json"), "utf8")));
  return { facts: report.type, report: written, reported };
}
const refusal = (...args: Parameters<typeof go>) =>
  go(...args).then(
    () => "nothing",
    (error: { reason: string }) => error.reason,
  );

describe("a tiny model", () => {
  test("answers before and after its adapter, row by row", async () => {
    const data = await dataset([chat("hello", "well"), chat("world", "or")]);
    const { report, facts, reported } = await go({ model, adapter, data }, { maxTokens: 8 });
    expect(report.samples.map(({ row, reference }) => [row, reference])).toEqual([
      ["r1", "well"],
      ["r2", "or"],
    ]);
    expect(report.samples.some(({ before, after }) => before !== after)).toBe(true);
    expect(Object.keys(report.metrics).sort()).toEqual([
      "exactMatch",
      "exactMatchBefore",
      "f1",
      "f1Before",
      "rougeL",
      "rougeLBefore",
      "samples",
    ]);
    expect(facts).toMatchObject({ primary: "rougeL", metrics: report.metrics });
    expect(reported.samples).toHaveLength(2);
  });

  test("without adapter gives one answer, the same each time", async () => {
    const data = await dataset([chat("hello", "well")]);
    const [one, two] = [
      await go({ model, data }, { maxTokens: 8 }),
      await go({ model, data }, { maxTokens: 8 }),
    ];
    expect(one.report).toEqual(two.report);
    expect(one.report.samples[0]).not.toHaveProperty("before");
  });
});

test("what cannot be asked is refused by reason", async () => {
  const none = await dataset([
    { messages: [{ role: "user", content: "q" }] },
    chat("q".repeat(300), "too long to ask"),
  ]);
  expect(await refusal({ model, data: none })).toBe("too-many-bad-rows");
  expect(await refusal({ model, data: none }, { maxBadRows: 1 })).toBe("no-rows-left");
  const data = await dataset([chat("q", "a")]);
  const stranger = { ...adapter, facts: { base: "sha256:other" } } as never;
  expect(await refusal({ model, adapter: stranger, data })).toBe("adapter-of-another-model");
  const gguf = { ...model, facts: { ...(model as { facts: object }).facts, format: "gguf" } } as never;
  expect(await refusal({ model: gguf, adapter, data })).toBe("adapter-on-gguf");
});

describe("questions", () => {
  test("are what stands before the last answer", () => {
    const messages = [
      { role: "system", content: "s" },
      { role: "user", content: "one" },
      { role: "assistant", content: "1" },
      { role: "user", content: "two" },
      { role: "assistant", content: "2" },
      { role: "user", content: "thanks" },
    ];
    const asked = questionOf({ _row: "r", messages });
    if (!("question" in asked)) throw new Error("not asked");
    const { question } = asked;
    expect(question.reference).toBe("2");
    expect(promptText(question.messages)).toBe("system: s\nuser: one\nassistant: 1\nuser: two");
    expect(promptText(messages.slice(0, 2))).toBe("one");
    expect(questionOf({ _row: "r", messages: [{ role: "assistant", content: "1" }] })).toMatchObject({
      action: "bad",
      entry: { rule: "nothing-to-ask" },
    });
  });

  test("are drawn from all rows, the same ones for the same seed", async () => {
    const data = await dataset(Array.from({ length: 500 }, (_, i) => chat(`q${i}`, `a${i}`)));
    const draw = async (seed: number) => {
      const { ctx } = await fakeContext(generateEval);
      const ledger = await RowLedger.open(ctx, { maxBadRows: 0 });
      const accept = async (question: Question) => ({ question });
      const job = { count: 20, seed, accept, ledger, signal: new AbortController().signal };
      const questions = await drawQuestions(join((data as { dir: string }).dir, "data.parquet"), job);
      return questions.map(({ row }) => Number(row.slice(1)));
    };
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(first).toHaveLength(20);
    expect([...first].sort((a, b) => a - b)).toEqual(first);
    expect(first.at(-1)).toBeGreaterThan(250);
  });
});

test("SmolLM2 knows the capital of France", async () => {
  const { dir, facts } = await realModel();
  const real = asInput({ type: { type: "model", ...facts }, dir });
  const data = await dataset([chat("What is the capital of France?", "The capital of France is Paris.")]);
  const { report } = await go({ model: real, data }, { maxTokens: 24 });
  expect(report.samples[0]!.after).toContain("Paris");
  expect(report.metrics.rougeL).toBeGreaterThan(0.8);
});
