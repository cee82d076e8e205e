import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadTrainer } from "../trainer";
import type { TrainableModel } from "./model";
import { ensureSelfCheck, selfCheck } from "./self-check";
import type { OpenTrainable } from "./train";

const BACKENDS = ["onnxruntime", "tfjs-wasm"] as const;

test.each(BACKENDS)(
  "%s gives the losses, gradients and optimizer steps of Transformers and PEFT on two tiny Llamas",
  async (backend) => {
    const { live, open } = await loadTrainer(backend);
    const result = await selfCheck(live, open, 2);
    expect(result.largestLossError).toBeLessThan(2e-5);
    expect(result.largestGradientError).toBeLessThan(1e-4);
  },
);

test("the result is kept, read again instead of computed, and made anew when its file is damaged", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-check-"));
  const { live, open } = await loadTrainer("onnxruntime");
  const first = await ensureSelfCheck(live, open, dir, 1);
  const file = join(dir, "onnxruntime-self-check.json");
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(first);
  const never: OpenTrainable = () => Promise.reject(new Error("computed again"));
  expect(await ensureSelfCheck(live, never, dir, 1)).toEqual(first);
  await writeFile(file, '{"engine":');
  expect(await ensureSelfCheck(live, open, dir, 1)).toEqual(first);
});

test("another version is checked anew", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-check-"));
  const { live, open } = await loadTrainer("onnxruntime");
  await ensureSelfCheck(live, open, dir, 1);
  const never: OpenTrainable = () => Promise.reject(new Error("computed again"));
  await expect(ensureSelfCheck({ ...live, version: "2-0.0.0" }, never, dir, 1)).rejects.toThrow(
    "computed again",
  );
});

test.each([
  ["a loss", { loss: 1.0001, gradient: 1 }],
  ["a gradient", { loss: 1, gradient: 1.001 }],
  ["a loss that is no number", { loss: Number.NaN, gradient: 1 }],
  ["a gradient that is no number", { loss: 1, gradient: Number.NaN }],
])("an engine whose results differ in %s may not train", async (_, factors) => {
  const { live, open } = await loadTrainer("onnxruntime");
  const wrong: OpenTrainable = async (...given) => {
    const model = await open(...given);
    const scaled = (values: Float32Array, factor: number) => values.map((x) => x * factor);
    return {
      losses: (slice) => model.losses(slice),
      backward: async (slice, weight, gradients) => {
        const losses = await model.backward(slice, weight, gradients);
        const [name, values] = [...gradients][0]!;
        gradients.set(name, scaled(values, factors.gradient));
        return scaled(losses, factors.loss);
      },
      release: () => model.release(),
    } satisfies TrainableModel;
  };
  await expect(selfCheck(live, wrong, 1)).rejects.toMatchObject({ reason: "engine-self-check" });
});
