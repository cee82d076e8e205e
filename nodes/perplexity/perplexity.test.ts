import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { writeAdapter } from "@/engines/adapter/adapter";
import { loraName } from "@/engines/adapter/layout";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { realModel } from "@/engines/hub/_testing/real-model";
import { modelFacts } from "@/engines/hub/facts";
import { MESSAGES_SQL, type Row, TableWriter } from "@/engines/table";
import type { DatasetFacts } from "@/graph/ports";
import { reportSchema } from "@/graph/report";
import { asInput, fakeContext } from "../_testing/context";
import { perplexity } from "./definition";
import run from "./run";
import { Tally } from "./tally";

type Input = ReturnType<typeof asInput>;
let root: string;
let model: Input;
let gguf: Input;
let adapter: Input;
const parse = (params: object) => perplexity.params.parse(params);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-perplexity-"));
  const dir = await tinyLlama(join(root, "model"));
  const facts = await modelFacts(dir, { name: "Tiny" });
  model = asInput({ type: { type: "model", ...facts }, dir });
  const quantised = await tinyLlama(join(root, "gguf"));
  await huggingFaceToGguf(dir, join(quantised, "model.gguf"), { type: "f32" });
  const { identity: _, ...rest } = facts;
  gguf = asInput({ type: { type: "model", ...rest, format: "gguf" }, dir: quantised });
  await mkdir(join(root, "adapter"));
  const values = (length: number) => Float32Array.from({ length }, (_, i) => ((i % 11) - 5) / 20);
  const tensors = new Map(
    [0, 1].flatMap((layer) => [
      [loraName(layer, "v_proj", "A"), { shape: [2, 32] as [number, number], values: values(64) }] as const,
      [loraName(layer, "v_proj", "B"), { shape: [16, 2] as [number, number], values: values(32) }] as const,
    ]),
  );
  const base = facts.identity!;
  await writeAdapter(join(root, "adapter"), {
    rank: 2,
    alpha: 8,
    rsLora: false,
    base,
    targets: ["v_proj"],
    tensors,
  });
  adapter = asInput({ type: { type: "adapter", base, rank: 2 }, dir: join(root, "adapter") });
});

async function dataset(shape: "chat" | "text", rows: Row[]): Promise<Input> {
  const dir = await mkdtemp(join(root, "data-"));
  const column =
    shape === "chat" ? { name: "messages", sql: MESSAGES_SQL } : { name: "text", sql: "VARCHAR" };
  const writer = await TableWriter.open(join(dir, "data.parquet"), [
    { name: "_row", sql: "VARCHAR" },
    column,
  ]);
  await writer.append(rows.map((row, i) => ({ _row: `r${i + 1}`, ...row })));
  await writer.close();
  const facts: DatasetFacts = { shape, rows: rows.length };
  return asInput({ type: { type: "dataset", ...facts }, dir });
}
const chat = (question: string, answer: string): Row => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});

async function go(inputs: { model: Input; data: Input; adapter?: Input }, params: object = {}) {
  const { ctx, reported } = await fakeContext(perplexity, { threads: 1 });
  const { report } = await run({ inputs: { adapter: undefined, ...inputs }, params: parse(params), ctx });
  const written = reportSchema.parse(JSON.parse(await readFile(join(report.dir, "report.json"), "utf8")));
  return { facts: report.type, report: written, reported };
}
const refusal = (...args: Parameters<typeof go>) =>
  go(...args).then(
    () => "nothing",
    (error: { reason: string }) => error.reason,
  );

describe("a tiny model", () => {
  test("scores answers of chats and all of texts, the worst rows first", async () => {
    const data = await dataset("chat", [
      chat("hello", "well"),
      chat("q", "a longer answer 123"),
      chat("x", "y"),
    ]);
    const { report, facts } = await go({ model, data }, { worstRows: 2 });
    const { loss, rows, tokens } = report.metrics;
    expect(rows).toBe(3);
    expect(report.metrics.perplexity).toBeCloseTo(Math.exp(loss!), 6);
    expect(facts).toMatchObject({ type: "report", primary: "perplexity", metrics: report.metrics });
    const [table] = report.tables;
    expect(table!.columns[0]).toBe("_row");
    expect(table!.rows).toHaveLength(2);
    expect(table!.rows[0]![2]).toBeGreaterThanOrEqual(table!.rows[1]![2] as number);
    const text = await go({ model, data: await dataset("text", [{ text: "hello world" }]) });
    expect(text.report.metrics.tokens).toBeLessThan(tokens!);
  });

  test("gets the same loss from its GGUF as from its safetensors", async () => {
    const data = await dataset("chat", [
      chat("hello", "well 42"),
      chat("a question", "an answer, of some length"),
    ]);
    const [one, other] = [await go({ model, data }), await go({ model: gguf, data })];
    expect(other.report.metrics.tokens).toBe(one.report.metrics.tokens);
    expect(other.report.metrics.loss).toBeCloseTo(one.report.metrics.loss!, 3);
  });

  test("changes with an adapter", async () => {
    const data = await dataset("chat", [chat("hello", "well 42")]);
    const [plain, adapted] = [await go({ model, data }), await go({ model, data, adapter })];
    expect(Math.abs(plain.report.metrics.loss! - adapted.report.metrics.loss!)).toBeGreaterThan(1e-4);
  });

  test("reads only the first rows and the first tokens when told so", async () => {
    const data = await dataset("chat", [chat("q", "a".repeat(100)), chat("q", "b")]);
    const { report, reported } = await go({ model, data }, { rows: 1, maxLength: 60 });
    expect(report.metrics).toMatchObject({ rows: 1, cut: 1 });
    expect(reported.logs.join()).toContain("was cut to 60 tokens");
  });
});

test("what cannot be scored is refused by reason", async () => {
  const data = await dataset("chat", [{ messages: [{ role: "user", content: "only a question" }] }]);
  expect(await refusal({ model, data })).toBe("no-rows-left");
  const bad = await dataset("chat", [{ messages: [] }]);
  expect(await refusal({ model, data: bad })).toBe("too-many-bad-rows");
  const good = await dataset("chat", [chat("q", "a")]);
  expect(await refusal({ model: gguf, adapter, data: good })).toBe("adapter-on-gguf");
  const stranger = { ...adapter, facts: { base: "sha256:other" } } as never;
  expect(await refusal({ model, adapter: stranger, data: good })).toBe("adapter-of-another-model");
  const wired = {
    model: { type: "model", format: "gguf", contextLength: 64 },
    adapter: { type: "adapter" },
  } as const;
  expect(perplexity.check!(parse({}), wired).map(({ code }) => code)).toEqual([
    "adapter-on-gguf",
    "longer-than-context",
  ]);
});

test("the tally keeps the worst rows by mean loss, whatever order they come in", () => {
  const tally = new Tally(2);
  const loss = (row: string, nll: number, tokens: number) => ({ row, nll, tokens });
  const rows = ["a", "b", "c", "d"].map((row) => ({ row, ids: [1], mask: [1] }));
  tally.add([loss("a", 2, 2), loss("b", 9, 3)], rows.slice(0, 2));
  tally.add([loss("c", 4, 1), loss("d", 0, 0)], rows.slice(2));
  expect(tally.worst.map(({ row }) => row)).toEqual(["c", "b"]);
  expect(tally).toMatchObject({ rows: 4, tokens: 6, nll: 15 });
});

test("SmolLM2 predicts sense better than nonsense", async () => {
  const { dir, facts } = await realModel();
  const real = asInput({ type: { type: "model", ...facts }, dir });
  const data = await dataset("chat", [
    chat("What is the capital of France?", "The capital of France is Paris."),
    chat("What is the capital of France?", "Purple eleven of the the running socket."),
  ]);
  const { report } = await go({ model: real, data });
  const [worst, best] = report.tables[0]!.rows;
  expect([worst![0], best![0]]).toEqual(["r2", "r1"]);
  expect(best![1]).toBeLessThan(3);
  expect(worst![1]).toBeGreaterThan(50);
});
