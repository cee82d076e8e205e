import { expect, test } from "vitest";
import { TARGETS, weightName } from "../adapter/layout";
import type { Weights } from "../safetensors/weights";
import { checkWeights } from "./check-weights";
import { type LlamaConfig, parseLlamaConfig, projectionShape } from "./llama-config";

const config = (over: object = {}): LlamaConfig =>
  parseLlamaConfig(
    JSON.stringify({
      model_type: "llama",
      vocab_size: 6,
      hidden_size: 4,
      intermediate_size: 8,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      tie_word_embeddings: true,
      ...over,
    }),
  );

type Entry = { shape: number[]; dtype: string; bytes: number[] };
function weights(change: (tensors: Map<string, Entry>) => void = () => {}): Weights {
  const tensors = new Map<string, Entry>();
  const add = (name: string, shape: readonly number[], bytes = [0]) =>
    tensors.set(name, { shape: [...shape], dtype: "F32", bytes });
  add("model.embed_tokens.weight", [6, 4], [1, 2]);
  add("model.norm.weight", [4]);
  for (const layer of [0, 1]) {
    for (const norm of ["input_layernorm", "post_attention_layernorm"])
      add(`model.layers.${layer}.${norm}.weight`, [4]);
    for (const target of TARGETS) add(weightName(layer, target), projectionShape(config(), target));
  }
  change(tensors);
  return {
    tensors: tensors as unknown as Weights["tensors"],
    files: [],
    texts: () => [],
    read: async () => new Float32Array(),
    async *bytes(name) {
      yield Uint8Array.from(tensors.get(name)!.bytes);
    },
    close: async () => {},
  };
}
const head = (bytes: number[]) => (tensors: Map<string, Entry>) =>
  tensors.set("lm_head.weight", { shape: [6, 4], dtype: "F32", bytes });

test("weights that fit their configuration pass, an own head only where it is meant or the same", async () => {
  await expect(checkWeights(config(), weights())).resolves.toBeUndefined();
  await expect(checkWeights(config(), weights(head([1, 2])))).resolves.toBeUndefined();
  await expect(
    checkWeights(config({ tie_word_embeddings: false }), weights(head([9, 9]))),
  ).resolves.toBeUndefined();
});

test("what contradicts the configuration is refused by name", async () => {
  const refused: [string, object, (tensors: Map<string, Entry>) => void][] = [
    ["model-head-differs", {}, head([9, 9])],
    ["model-tensor-missing", { tie_word_embeddings: false }, () => {}],
    ["model-tensor-missing", { num_hidden_layers: 3 }, () => {}],
    ["model-unknown-tensor", { num_hidden_layers: 1 }, () => {}],
    ["model-tensor-shape", { vocab_size: 7 }, () => {}],
    ["model-tensor-shape", { num_attention_heads: 2, num_key_value_heads: 1 }, () => {}],
    [
      "model-unknown-tensor",
      {},
      (tensors) =>
        tensors.set("model.layers.0.self_attn.q_proj.bias", { shape: [4], dtype: "F32", bytes: [] }),
    ],
    ["safetensors-dtype", {}, (tensors) => (tensors.get("model.norm.weight")!.dtype = "F8_E4M3")],
  ];
  for (const [reason, over, change] of refused)
    await expect(checkWeights(config(over), weights(change)), reason).rejects.toMatchObject({ reason });
});
