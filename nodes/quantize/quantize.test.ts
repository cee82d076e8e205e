import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testGguf, testModelFolder } from "@/engines/llama/_testing/model";
import { loadModel } from "@/engines/llama/model";
import type { InputArtifact } from "@/graph/runner";
import { asInput, fakeContext } from "../_testing/context";
import { quantize } from "./definition";
import run from "./run";

const model = async (): Promise<InputArtifact<"model">> =>
  asInput({
    dir: await testModelFolder(),
    type: { type: "model", format: "safetensors", name: "SmolLM2-135M-Instruct", identity: "sha256:base" },
  });

test("a safetensors model becomes a small GGUF that answers", async () => {
  const { ctx, reported } = await fakeContext(quantize);
  const { model: out } = await run({ inputs: { model: await model() }, params: { type: "Q4_0" }, ctx });
  const files = await readdir(out.dir);
  expect(files).toEqual(
    expect.arrayContaining(["model.gguf", "tokenizer.json", "tokenizer_config.json", "config.json"]),
  );
  const { size } = await stat(join(out.dir, "model.gguf"));
  expect(out.type).toMatchObject({
    type: "model",
    format: "gguf",
    precision: "Q4_0",
    bytes: size,
    source: "quantize",
  });
  expect(out.type.identity).toMatch(/^sha256:(?!base)/);
  expect(size).toBeLessThan(100e6);
  const metrics = Object.fromEntries(reported.metrics.map(([name, , value]) => [name, value]));
  expect(metrics.bytes).toBe(size);
  expect(metrics.bitsPerWeight).toBeGreaterThan(4.5);
  expect(metrics.bitsPerWeight).toBeLessThan(6);

  const loaded = await loadModel(join(out.dir, "model.gguf"), { contextLength: 256 });
  let text = "";
  const question = [{ role: "user", content: "What is the capital of France?" }];
  for await (const piece of loaded.stream(question, { maxTokens: 8 })) text += piece;
  await loaded.dispose();
  expect(text).toContain("Paris");
});

test("a type that this model's rows do not divide into is said to be larger", async () => {
  const { ctx, reported } = await fakeContext(quantize);
  await run({ inputs: { model: await model() }, params: { type: "Q4_K_M" }, ctx });
  expect(reported.logs.join()).toMatch(/A weight takes \d\.\d bits/);
});

test("what is quantised already is refused, before the run and in it", async () => {
  const dir = join(await testGguf("Q4_0"), "..");
  const { ctx, root } = await fakeContext(quantize);
  const { copyFile } = await import("node:fs/promises");
  await copyFile(join(dir, "smollm2-135m-Q4_0.gguf"), join(root, "model.gguf"));
  const coded = asInput({ dir: root, type: { type: "model", format: "gguf" } });
  await expect(run({ inputs: { model: coded }, params: { type: "Q8_0" }, ctx })).rejects.toMatchObject({
    code: "INVALID_INPUT",
    reason: "already-quantised",
  });
  const problems = quantize.check?.(
    { type: "Q8_0" },
    { model: { type: "model", format: "gguf", precision: "Q4_0" } },
  );
  expect(problems).toMatchObject([{ code: "already-quantised", port: "model" }]);
  expect(
    quantize.check?.({ type: "Q8_0" }, { model: { type: "model", format: "gguf", precision: "F16" } }),
  ).toEqual([]);
});

test("the type of the output is known while editing", () => {
  const base = {
    type: "model",
    name: "SmolLM2",
    parameters: 134_515_008,
    format: "safetensors",
    precision: "F16",
  } as const;
  expect(quantize.infer({ type: "Q8_0" }, { model: base }).model).toMatchObject({
    name: "SmolLM2",
    format: "gguf",
    precision: "Q8_0",
    bytes: Math.round((134_515_008 * 8.5) / 8),
  });
});
