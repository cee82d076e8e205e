/** A base model in memory: float32 weights, held once and handed to ONNX Runtime without a copy. */
import { Failure } from "@/graph/problems";
import type { Adapter } from "../adapter/adapter";
import { loraName, TARGETS, weightName } from "../adapter/layout";
import { type LlamaConfig, projectionShape } from "../model/llama-config";
import type { ModelSource } from "../training/model";
import { type Feeds, floats, type Tensor } from "./session";

export type BaseModel = {
  config: LlamaConfig;
  /** `[vocab, hidden]` */
  embedding: Float32Array;
  /** Last norm `[hidden]` and output head `[vocab, hidden]`, as the head graph names them. */
  top: { norm: Tensor; head: Tensor };
  /** Of each layer, as the layer graphs name them. */
  layers: Feeds[];
};

export async function loadModel(source: ModelSource): Promise<BaseModel> {
  const { config } = source;
  const read = async (name: string, shape: readonly number[]) =>
    floats(await source.read(name, shape), shape);
  const { vocab, hidden } = config;
  const embedding = await read("model.embed_tokens.weight", [vocab, hidden]);
  const head = config.tied ? embedding : await read("lm_head.weight", [vocab, hidden]);
  const layers: Feeds[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const feeds: Feeds = {};
    for (const norm of ["input_layernorm", "post_attention_layernorm"]) {
      feeds[norm] = await read(`model.layers.${layer}.${norm}.weight`, [hidden]);
    }
    for (const target of TARGETS)
      feeds[target] = await read(weightName(layer, target), projectionShape(config, target));
    layers.push(feeds);
  }
  const norm = await read("model.norm.weight", [hidden]);
  return { config, embedding: embedding.data as Float32Array, top: { norm, head }, layers };
}

/** LoRA matrices of each layer, as the layer graphs name them. Refuses an adapter of another architecture. */
export function adapterFeeds(config: LlamaConfig, adapter: Adapter): Feeds[] {
  return Array.from({ length: config.layers }, (_, layer) => {
    const feeds: Feeds = {};
    for (const target of adapter.targets) {
      const [out, into] = projectionShape(config, target);
      for (const [part, shape] of [
        ["A", [adapter.rank, into]],
        ["B", [out, adapter.rank]],
      ] as const) {
        const name = loraName(layer, target, part);
        const matrix = adapter.tensors.get(name);
        if (!matrix || matrix.shape.join() !== shape.join())
          throw new Failure("INVALID_INPUT", "adapter-tensor", { tensor: name });
        feeds[`${target}.${part}`] = floats(matrix.values, shape);
      }
    }
    return feeds;
  });
}
