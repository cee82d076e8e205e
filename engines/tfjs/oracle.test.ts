/** Two engines that share no code of the layers: one with hand-made gradients, one with those of TensorFlow.js. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { loadTrainer, type Trainer } from "../trainer";
import { type RandomCase, randomCase } from "../training/_testing/random-model";
import { gradientNorm } from "../training/adamw";
import type { Gradients } from "../training/model";
import { makeSlice } from "../training/slice";
import { loadTf } from "./backend";
import type { Tf } from "./tf";

let onnx: Trainer;
let tfjs: Trainer;
let tf: Tf;
beforeAll(async () => {
  onnx = await loadTrainer("onnxruntime");
  tfjs = await loadTrainer("tfjs-wasm");
  tf = await loadTf("tfjs-wasm");
});

async function compute({ open }: Trainer, { source, adapter, rows, keep }: RandomCase) {
  const slice = makeSlice(rows);
  const model = await open(source, adapter, { threads: 1, keep });
  const gradients: Gradients = new Map();
  try {
    const losses = await model.backward(slice, 1 / Math.max(1, slice.picked.length), gradients);
    return { losses, plain: await model.losses(slice), gradients };
  } finally {
    await model.release();
  }
}

const norm = (values: Float32Array) => gradientNorm(new Map([["", values]]));

test("losses and LoRA gradients of random small models are those of the onnx engine", async () => {
  await fc.assert(
    fc.asyncProperty(randomCase, async (one) => {
      const before = tf.memory().numTensors;
      const [a, b] = [await compute(onnx, one), await compute(tfjs, one)];
      expect(tf.memory().numTensors).toBe(before);
      a.losses.forEach((loss, i) => {
        for (const other of [b.losses[i]!, a.plain[i]!, b.plain[i]!])
          expect(Math.abs(other - loss)).toBeLessThan(1e-4 * (1 + Math.abs(loss)));
      });
      expect([...b.gradients.keys()].sort()).toEqual([...a.gradients.keys()].sort());
      const whole = gradientNorm(a.gradients);
      for (const [name, values] of a.gradients) {
        const difference = norm(values.map((x, i) => x - b.gradients.get(name)![i]!));
        expect(difference, name).toBeLessThan(1e-3 * norm(values) + 1e-5 * whole + 1e-9);
      }
    }),
    { numRuns: 25 },
  );
});
