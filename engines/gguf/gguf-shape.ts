/** The shape of a Llama in GGUF metadata, and the config.json made of it. */
import { basename } from "node:path";
import { Failure } from "@/graph/problems";
import type { Json } from "./pre-tokenizers";
import { corrupt, type GgufFile } from "./read";
import type { SpecialIds } from "./tokenizer-from-gguf";

export type LlamaShape = {
  hidden: number;
  intermediate: number;
  layers: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  contextLength: number;
  ropeTheta: number;
  normEpsilon: number;
};

/** @throws Failure `gguf-not-llama` or `gguf-corrupt` */
export function shapeFromGguf({ path, metadata }: GgufFile): LlamaShape {
  const architecture = metadata.need("general.architecture", metadata.string("general.architecture"));
  if (architecture !== "llama") {
    throw new Failure("INVALID_INPUT", "gguf-not-llama", { file: basename(path), architecture });
  }
  const need = (key: string) => {
    const value = metadata.need(`llama.${key}`, metadata.number(`llama.${key}`));
    // No Llama is near this; a header that says so would be believed until memory runs out.
    if (!(value > 0 && value <= MOST)) throw corrupt(basename(path), `llama.${key} is ${value}`);
    return value;
  };
  const heads = need("attention.head_count");
  const hidden = need("embedding_length");
  const layers = need("block_count");
  if (layers > MOST_LAYERS) throw corrupt(basename(path), `llama.block_count is ${layers}`);
  return {
    hidden,
    intermediate: need("feed_forward_length"),
    layers,
    heads,
    kvHeads: metadata.number("llama.attention.head_count_kv") ?? heads,
    headDim:
      metadata.number("llama.attention.key_length") ??
      metadata.number("llama.rope.dimension_count") ??
      hidden / heads,
    contextLength: need("context_length"),
    ropeTheta: metadata.number("llama.rope.freq_base") ?? 10_000,
    normEpsilon: fromSingle(need("attention.layer_norm_rms_epsilon")),
  };
}

const MOST = 100_000_000;
const MOST_LAYERS = 10_000;

/** The shortest decimal that is this float32: 1e-5, not 0.000009999999747378752. */
function fromSingle(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

export type ConfigOptions = {
  vocabulary: number;
  tied: boolean;
  bias: boolean;
  rope: Json | null;
  specials: SpecialIds;
};

export function configOf(shape: LlamaShape, { vocabulary, tied, bias, rope, specials }: ConfigOptions): Json {
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: vocabulary,
    hidden_size: shape.hidden,
    intermediate_size: shape.intermediate,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    num_key_value_heads: shape.kvHeads,
    head_dim: shape.headDim,
    max_position_embeddings: shape.contextLength,
    rope_theta: shape.ropeTheta,
    rope_scaling: rope,
    rms_norm_eps: shape.normEpsilon,
    hidden_act: "silu",
    initializer_range: 0.02,
    attention_bias: bias,
    attention_dropout: 0,
    mlp_bias: false,
    tie_word_embeddings: tied,
    bos_token_id: specials.bos ?? null,
    eos_token_id: specials.eos ?? null,
    pad_token_id: specials.pad ?? null,
    use_cache: true,
    torch_dtype: "float16",
  };
}
