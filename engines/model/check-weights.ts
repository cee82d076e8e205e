/** Holds the tensors of a model folder against its config.json: what contradicts is refused, never believed. */
import { Failure } from "@/graph/problems";
import { TARGETS, weightName } from "../adapter/layout";
import { isDtype } from "../safetensors/dtype";
import type { Weights } from "../safetensors/weights";
import { type LlamaConfig, projectionShape } from "./llama-config";

const EMBEDDING = "model.embed_tokens.weight";
const HEAD = "lm_head.weight";

/**
 * @throws Failure `model-tensor-missing`, `model-tensor-shape`, `model-unknown-tensor`, `safetensors-dtype` and, for a
 * head of its own beside `tie_word_embeddings`, `model-head-differs`
 */
export async function checkWeights(config: LlamaConfig, weights: Weights): Promise<void> {
  const expected = shapesOf(config);
  for (const [name, shape] of expected) {
    const found = weights.tensors.get(name);
    if (!found) throw new Failure("INVALID_INPUT", "model-tensor-missing", { tensor: name });
    if (found.shape.join() !== shape.join()) {
      throw new Failure("INVALID_INPUT", "model-tensor-shape", {
        tensor: name,
        found: found.shape.join(" × "),
        expected: shape.join(" × "),
      });
    }
  }
  for (const [name, { dtype }] of weights.tensors) {
    // Old checkpoints keep the rotary frequencies, which follow from the configuration.
    if (name.endsWith(".rotary_emb.inv_freq")) continue;
    if (!expected.has(name) && name !== HEAD && !isBias(name, config))
      throw new Failure("INVALID_INPUT", "model-unknown-tensor", { tensor: name });
    if (!isDtype(dtype))
      throw new Failure("INVALID_INPUT", "safetensors-dtype", {
        file: "model.safetensors",
        tensor: name,
        dtype,
      });
  }
  if (config.tied && weights.tensors.has(HEAD) && !(await sameBytes(weights)))
    throw new Failure("INVALID_INPUT", "model-head-differs", {});
}

function shapesOf(config: LlamaConfig): Map<string, readonly number[]> {
  const { vocab, hidden, layers, tied } = config;
  const shapes = new Map<string, readonly number[]>([
    [EMBEDDING, [vocab, hidden]],
    ["model.norm.weight", [hidden]],
  ]);
  if (!tied) shapes.set(HEAD, [vocab, hidden]);
  for (let layer = 0; layer < layers; layer++) {
    for (const norm of ["input_layernorm", "post_attention_layernorm"])
      shapes.set(`model.layers.${layer}.${norm}.weight`, [hidden]);
    for (const target of TARGETS) shapes.set(weightName(layer, target), projectionShape(config, target));
  }
  return shapes;
}

function isBias(name: string, { bias, layers }: LlamaConfig): boolean {
  const [, layer] = /^model\.layers\.(\d+)\.(?:self_attn|mlp)\.[a-z]+_proj\.bias$/.exec(name) ?? [];
  return bias !== undefined && layer !== undefined && Number(layer) < layers;
}

/** An own head beside the tied flag is harmless when it is the embedding once more. */
async function sameBytes(weights: Weights): Promise<boolean> {
  const [head, embedding] = [weights.tensors.get(HEAD)!, weights.tensors.get(EMBEDDING)!];
  if (head.dtype !== embedding.dtype || head.shape.join() !== embedding.shape.join()) return false;
  const [a, b] = [weights.bytes(HEAD), weights.bytes(EMBEDDING)];
  for (;;) {
    const [x, y] = [await a.next(), await b.next()];
    if (x.done || y.done) return x.done === y.done;
    if (Buffer.compare(x.value, y.value) !== 0) return false;
  }
}
