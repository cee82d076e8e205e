import { cp, mkdtemp, readFile } from "node:fs/promises";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readAdapter } from "@/engines/adapter/adapter";
import { TARGETS } from "@/engines/adapter/layout";
import { liveTrainers } from "@/engines/live-trainers";
import { writeTinyModel, writeTokens } from "@/engines/training/_testing/tiny-folder";
import type { TokenRow } from "@/engines/training/slice";
import type { PortTypeName } from "@/graph/ports";
import { type Report, reportSchema } from "@/graph/report";
import type { Context, InputArtifact } from "@/graph/runner";
import { fakeContext, runKind } from "../_testing/context";
import { trainingEstimate, trainingResources } from "./cost";
import { loraTrain } from "./definition";
import run from "./run";
import { LORA_TARGETS } from "./targets";

type Folders = { model: string; tokens: string; validation: string; masked: string; models: string };
let dirs: Folders;

/** Rows that follow a rule: after 7 comes 11, after 11 comes 7. */
const rule = (count: number): TokenRow[] =>
  Array.from({ length: count }, (_, i) => ({
    row: `r${i}`,
    ids: Array.from({ length: 8 + (i % 5) }, (_, t) => ((t + i) % 2 ? 7 : 11)),
    mask: Array.from({ length: 8 + (i % 5) }, (_, t) => (t > 1 ? 1 : 0)),
  }));

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "telar-train-"));
  dirs = {
    models: join(root, "models"),
    model: await writeTinyModel(join(root, "model"), "smollm2-like"),
    tokens: await writeTokens(join(root, "tokens"), rule(16)),
    validation: await writeTokens(join(root, "validation"), rule(4)),
    masked: await writeTokens(
      join(root, "masked"),
      rule(4).map((r) => ({ ...r, mask: Array.from(r.mask, () => 0) })),
    ),
  };
});

const artifact = <T extends PortTypeName>(type: T, dir: string, facts: object): InputArtifact<T> => ({
  type,
  dir,
  digest: `sha256:${"0".repeat(64)}`,
  facts: facts as InputArtifact<T>["facts"],
});
const inputs = (tokens = dirs.tokens, tokenizer = "sha256:t") => ({
  model: artifact("model", dirs.model, { identity: "sha256:m", name: "tiny", tokenizer: "sha256:t" }),
  tokens: artifact("tokens", tokens, { tokenizer, labels: { pii: "masked" } }),
  validation: artifact("tokens", dirs.validation, { tokenizer: "sha256:t" }),
});
const settings = (over: object = {}) =>
  loraTrain.params.parse({ rank: 8, learningRate: 0.005, batchSize: 4, epochs: 5, ...over });

async function train(
  over: object = {},
  ctxOver: Partial<Context<typeof loraTrain.outputs>> = {},
  from = inputs(),
) {
  const { ctx, reported } = await fakeContext(loraTrain, { threads: 1, modelsDir: dirs.models, ...ctxOver });
  const outputs = await runKind(loraTrain, run, { inputs: from, params: settings(over), ctx });
  const report = JSON.parse(await readFile(join(outputs.report.dir, "report.json"), "utf8")) as Report;
  return {
    outputs,
    reported,
    report: reportSchema.parse(report),
    adapter: await readAdapter(outputs.adapter.dir),
  };
}

test("an adapter that lowers validation perplexity comes out, with a report of how", async () => {
  const { outputs, report, adapter, reported } = await train();
  expect(outputs.adapter.type).toMatchObject({
    base: "sha256:m",
    rank: 8,
    alpha: 32,
    labels: { pii: "masked" },
  });
  expect(adapter).toMatchObject({ rank: 8, base: "tiny", targets: [...TARGETS] });
  expect(report.primary).toBe("perplexity");
  expect(report.metrics.perplexity).toBeLessThan(report.metrics.perplexityBefore! * 0.75);
  expect(report.metrics.steps).toBe(20);
  expect(report.series.loss).toHaveLength(20);
  expect(report.series.perplexity!.map((p) => p.step)).toEqual([0, 4, 8, 12, 16, 20]);
  expect(new Set(reported.metrics.map(([name]) => name))).toEqual(
    new Set([
      "loss",
      "learningRate",
      "gradNorm",
      "tokensPerSecond",
      "peakMemoryBytes",
      "validationLoss",
      "perplexity",
    ]),
  );
});

test("the engine that is named trains, with the losses of the other one and the same outputs", async () => {
  const short = { steps: 4 };
  const onnx = await train({ ...short, engine: "onnx" });
  const tfjs = await train({ ...short, engine: "tfjs" });
  expect(tfjs.reported.logs.join()).toContain("tfjs-wasm");
  expect(onnx.reported.logs.join()).toContain("onnxruntime");
  expect(Object.keys(tfjs.report.metrics)).toEqual(Object.keys(onnx.report.metrics));
  onnx.report.series.loss!.forEach(({ value }, i) => {
    expect(tfjs.report.series.loss![i]!.value / value).toBeCloseTo(1, 3);
  });
  const shapes = ({ adapter }: typeof onnx) =>
    [...adapter.tensors].map(([name, { shape }]) => [name, shape] as const);
  expect(shapes(tfjs)).toEqual(shapes(onnx));
});

test("where training was planned to land decides, not what is fastest here", async () => {
  const [wasm] = (await liveTrainers()).filter(({ backend }) => backend === "tfjs-wasm");
  const placement = { ...wasm!, arch: arch(), threads: 1 };
  const { reported } = await train({ steps: 1 }, { placement });
  expect(reported.logs.join()).toContain("tfjs-wasm");
  const other = { ...placement, version: "0-0.0.0" };
  await expect(train({ steps: 1 }, { placement: other })).rejects.toMatchObject({ reason: "engine-changed" });
});

test("a cancelled run leaves a checkpoint, and going on gives what an undisturbed run gives", async () => {
  const short = { epochs: 2 };
  const whole = await train(short);
  const kept = await mkdtemp(join(tmpdir(), "telar-kept-"));
  const stop = new AbortController();
  let saved: { step: number; dir: string } | undefined;
  const checkpoint = {
    load: async () => saved,
    save: async (step: number, write: (dir: string) => Promise<void>) => {
      const dir = join(kept, `${step}`);
      await write(dir);
      saved = { step, dir };
    },
  };
  const progress = (done: number) => done === 5 && stop.abort();
  await expect(
    train(short, { checkpoint, signal: stop.signal, progress: (done) => void progress(done) }),
  ).rejects.toThrow();
  expect(saved?.step).toBe(5);
  const resumed = await train(short, { checkpoint });
  expect(resumed.report.series).toEqual(whole.report.series);
  expect(resumed.adapter).toEqual(whole.adapter);
});

test("tokens that cannot be trained on are refused in words", async () => {
  await expect(train({}, {}, inputs(dirs.masked))).rejects.toMatchObject({ reason: "no-trained-tokens" });
  await expect(train({}, {}, inputs(dirs.tokens, "sha256:other"))).rejects.toMatchObject({
    reason: "other-tokenizer",
  });
  const wrong = await mkdtemp(join(tmpdir(), "telar-wrong-"));
  await cp(dirs.tokens, wrong, { recursive: true });
  await writeTokens(wrong, [{ row: "r", ids: [1, 96], mask: [1, 1] }]);
  await expect(train({}, {}, inputs(wrong))).rejects.toMatchObject({ reason: "token-outside-vocabulary" });
  await writeTokens(wrong, [{ row: "r", ids: [1, 2, 3], mask: [1, 1] }]);
  await expect(train({}, {}, inputs(wrong))).rejects.toMatchObject({ reason: "mask-length" });
});

test("wires are checked before a run", () => {
  const model = { type: "model" as const, tokenizer: "a", contextLength: 64 };
  const params = loraTrain.params.parse({ earlyStoppingPatience: 2 });
  const codes = (over: object) =>
    loraTrain.check!(params, { model, tokens: { type: "tokens", ...over } }).map(
      (p) => `${p.port} ${p.code}`,
    );
  expect(codes({ tokenizer: "a", maxLength: 64 })).toEqual(["validation no-validation"]);
  expect(codes({ tokenizer: "b", maxLength: 65 })).toEqual([
    "tokens other-tokenizer",
    "tokens tokens-too-long",
    "validation no-validation",
  ]);
});

test("the targets offered are those the engine knows", () => {
  expect([...LORA_TARGETS]).toEqual([...TARGETS]);
});

test("an engine that is slower is planned to take longer, in the memory that it takes", () => {
  const smol = { model: { parameters: 1.35e8 }, tokens: { rows: 380, tokens: 34_000 } };
  const [onnx, tfjs] = (["onnx", "tfjs"] as const).map((engine) => settings({ engine }));
  const placement = {
    engine: "tfjs",
    backend: "tfjs-wasm",
    version: "1",
    device: "cpu",
    arch: "x",
    threads: 1,
  } as const;
  const named = trainingEstimate(tfjs!, smol, undefined);
  expect(named.seconds).toBeGreaterThan(trainingEstimate(onnx!, smol, undefined).seconds * 3);
  expect(trainingEstimate(settings(), smol, placement)).toEqual(named);
  expect(trainingResources(settings(), smol.model, placement)).toMatchObject({
    threads: 1,
    memoryBytes: named.memoryBytes,
    gpus: 0,
  });
  const gpu = { ...placement, backend: "tfjs-node-gpu", device: "gpu" } as const;
  expect(trainingResources(settings(), smol.model, gpu)).toMatchObject({ gpus: 1 });
});

test("the estimate grows with tokens, epochs and the model", () => {
  const params = settings();
  const tokens = { rows: 380, tokens: 34_000 };
  const small = trainingEstimate(params, { model: { parameters: 1.35e8 }, tokens }, undefined);
  expect(
    trainingEstimate({ ...params, epochs: 10 }, { model: { parameters: 1.35e8 }, tokens }, undefined).seconds,
  ).toBeGreaterThan(small.seconds * 1.9);
  expect(
    trainingEstimate(params, { model: { parameters: 1.1e9 }, tokens }, undefined).memoryBytes,
  ).toBeGreaterThan(4.4e9);
});
