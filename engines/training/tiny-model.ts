/** Tiny Llamas with weights from a seeded integer generator, the same as `parity/tiny.py` makes. */

import type { Adapter } from "../adapter/adapter";
import { loraName, TARGETS, type Target, weightName } from "../adapter/layout";
import { parseLlamaConfig, projectionShape } from "../model/llama-config";
import type { ModelSource } from "./model";
import type { TokenRow } from "./slice";
import shapes from "./tiny-shapes.json" with { type: "json" };

export type TinyName = keyof typeof shapes;
export const TINY_NAMES = Object.keys(shapes) as TinyName[];
const PEFT = "base_model.model.";

/** FNV-1a, 32 bits. */
function seedOf(name: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(name)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}

/** `count` integers below 2^24. */
function integersOf(name: string, count: number): number[] {
  let state = seedOf(name);
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  });
}

/** Uniform in centre ± spread / 2, from the name alone. */
export const matrix = (name: string, shape: readonly number[], spread: number, centre = 0): Float32Array =>
  Float32Array.from(
    integersOf(
      name,
      shape.reduce((a, b) => a * b, 1),
    ),
    (n) => (n / 2 ** 24 - 0.5) * spread + centre,
  );

/** Text of the model's `config.json`. */
export const tinyConfig = (name: TinyName): string => JSON.stringify(shapes[name].config);

/** Weights by Hugging Face name. */
export function tinyWeights(name: TinyName): Map<string, { shape: number[]; values: Float32Array }> {
  const config = parseLlamaConfig(tinyConfig(name));
  const weights = new Map<string, { shape: number[]; values: Float32Array }>();
  const add = (key: string, shape: number[]) => {
    const centre = key.endsWith("norm.weight") ? 1 : 0;
    weights.set(key, { shape, values: matrix(PEFT + key, shape, shapes[name].spread, centre) });
  };
  add("model.embed_tokens.weight", [config.vocab, config.hidden]);
  add("model.norm.weight", [config.hidden]);
  if (!config.tied) add("lm_head.weight", [config.vocab, config.hidden]);
  for (let layer = 0; layer < config.layers; layer++) {
    add(`model.layers.${layer}.input_layernorm.weight`, [config.hidden]);
    add(`model.layers.${layer}.post_attention_layernorm.weight`, [config.hidden]);
    for (const target of TARGETS) add(weightName(layer, target), projectionShape(config, target));
  }
  return weights;
}

export function tinyModel(name: TinyName): ModelSource {
  const weights = tinyWeights(name);
  return {
    config: parseLlamaConfig(tinyConfig(name)),
    read: async (key) => weights.get(key)!.values.slice(),
  };
}

/** Both matrices are filled: with B = 0 every gradient of A would be zero and prove nothing. */
export function tinyAdapter(name: TinyName): Adapter {
  const config = parseLlamaConfig(tinyConfig(name));
  const { rank, alpha, rsLora, targets } = shapes[name].lora;
  const tensors: Adapter["tensors"] = new Map();
  for (let layer = 0; layer < config.layers; layer++) {
    for (const target of targets as Target[]) {
      const [out, into] = projectionShape(config, target);
      for (const [part, shape] of [
        ["A", [rank, into]],
        ["B", [out, rank]],
      ] as ["A" | "B", [number, number]][]) {
        const key = loraName(layer, target, part);
        tensors.set(key, { shape, values: matrix(key, shape, shapes[name].spread) });
      }
    }
  }
  return { rank, alpha, rsLora, targets: targets as Target[], tensors };
}

export function tinyRows(name: TinyName): TokenRow[] {
  const vocab = shapes[name].config.vocab_size;
  return shapes[name].lengths.map((length, i) => ({
    row: `${i}`,
    ids: integersOf(`${name} ids ${i}`, length).map((n) => n % vocab),
    mask: integersOf(`${name} mask ${i}`, length).map((n) => (n % 4 === 0 ? 0 : 1)),
  }));
}
