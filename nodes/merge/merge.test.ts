import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAdapter } from "@/engines/adapter/adapter";
import { modelIdentity } from "@/engines/hub/facts";
import { evaluateLoss } from "@/engines/onnx/evaluate";
import { openWeights } from "@/engines/safetensors/weights";
import { writeTinyModel } from "@/engines/training/_testing/tiny-folder";
import { meanLoss } from "@/engines/training/loss";
import { tinyAdapter, tinyRows } from "@/engines/training/tiny-model";
import type { InputArtifact } from "@/graph/runner";
import { fakeContext } from "../_testing/context";
import { merge } from "./definition";
import run from "./run";

async function setUp(dtype: "F32" | "BF16") {
  const root = await mkdtemp(join(tmpdir(), "telar-merge-"));
  const modelDir = await writeTinyModel(join(root, "model"), "llama3-like", dtype);
  const adapterDir = await mkdtemp(join(root, "adapter-"));
  await writeAdapter(adapterDir, tinyAdapter("llama3-like"));
  const identity = await modelIdentity(modelDir);
  const digest = `sha256:${"0".repeat(64)}`;
  const inputs = {
    model: { type: "model", digest, dir: modelDir, facts: { identity } } as InputArtifact<"model">,
    adapter: {
      type: "adapter",
      digest,
      dir: adapterDir,
      facts: { base: identity },
    } as InputArtifact<"adapter">,
  };
  return { inputs, modelDir, adapterDir };
}
const params = merge.params.parse({});
const lossOf = async (modelDir: string, adapterDir?: string) => {
  const rows = tinyRows("llama3-like");
  const signal = new AbortController().signal;
  const adapter = adapterDir ? { adapterDir } : {};
  const losses = await evaluateLoss({ modelDir, ...adapter, rows, threads: 1, signal });
  return meanLoss(
    losses.map(({ nll }) => nll),
    losses.map(({ tokens }) => tokens),
  );
};

test("the merged model answers as the base with its adapter does", async () => {
  const { inputs, modelDir, adapterDir } = await setUp("F32");
  const { ctx } = await fakeContext(merge);
  const { model } = await run({ inputs, params, ctx });
  const merged = await lossOf(model.dir);
  expect(merged).toBeCloseTo(await lossOf(modelDir, adapterDir), 5);
  expect(Math.abs(merged - (await lossOf(modelDir)))).toBeGreaterThan(0.01);
  expect(model.type).toMatchObject({ format: "safetensors", precision: "F32" });
  expect(model.type.identity).not.toBe(inputs.model.facts.identity);
  const tokenizer = (dir: string) => readFile(join(dir, "tokenizer.json"), "utf8");
  expect(await tokenizer(model.dir)).toBe(await tokenizer(modelDir));
});

test("number formats stay the base's unless another is chosen", async () => {
  const { inputs } = await setUp("BF16");
  const dtypeOf = async (precision: string) => {
    const { ctx } = await fakeContext(merge);
    const { model } = await run({ inputs, params: merge.params.parse({ precision }), ctx });
    const weights = await openWeights(model.dir);
    await weights.close();
    return [...new Set([...weights.tensors.values()].map((t) => t.dtype))];
  };
  expect(await dtypeOf("base")).toEqual(["BF16"]);
  expect(await dtypeOf("F16")).toEqual(["F16"]);
});

test("an adapter of another base is refused, at the wire and at the run", async () => {
  const { inputs } = await setUp("F32");
  const facts = { base: "sha256:other" };
  const { ctx } = await fakeContext(merge);
  await expect(
    run({ inputs: { ...inputs, adapter: { ...inputs.adapter, facts } }, params, ctx }),
  ).rejects.toMatchObject({
    reason: "adapter-other-base",
  });
  const wires = {
    model: { type: "model", identity: "sha256:m" },
    adapter: { type: "adapter", ...facts },
  } as const;
  expect(merge.check!(params, wires).map((p) => p.code)).toEqual(["adapter-other-base"]);
});

test("an adapter that fits no weight is refused", async () => {
  const { inputs, adapterDir } = await setUp("F32");
  await writeAdapter(adapterDir, tinyAdapter("smollm2-like"));
  const { ctx } = await fakeContext(merge);
  await expect(run({ inputs, params, ctx })).rejects.toMatchObject({ reason: "adapter-tensor" });
});
