/** config.json of a Llama from GGUF metadata, and back. */
import { basename } from "node:path";
import { Failure } from "@/graph/problems";
import type { Json } from "./pre-tokenizers";
import type { GgufFile } from "./read";
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
  const need = (key: string) => metadata.need(`llama.${key}`, metadata.number(`llama.${key}`));
  const heads = need("attention.head_count");
  const hidden = need("embedding_length");
  return {
    hidden,
    intermediate: need("feed_forward_length"),
    layers: need("block_count"),
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

/** Numbers that a model folder's config.json must have. @throws Failure `model-not-llama` or `model-config` */
export function shapeFromConfig(config: Json): LlamaShape & { vocabulary: number; tied: boolean } {
  const type = String(config.model_type ?? "");
  if (!LLAMA_TYPES.has(type)) {
    throw new Failure("INVALID_INPUT", "model-not-llama", { architecture: type || "unknown" });
  }
  const number = (key: string, fallback?: number) => {
    const value = config[key] ?? fallback;
    if (typeof value === "number") return value;
    throw new Failure("INVALID_INPUT", "model-config", { key });
  };
  const heads = number("num_attention_heads");
  const rope = (config.rope_parameters ?? {}) as Json;
  return {
    hidden: number("hidden_size"),
    intermediate: number("intermediate_size"),
    layers: number("num_hidden_layers"),
    heads,
    kvHeads: number("num_key_value_heads", heads),
    headDim: number("head_dim", number("hidden_size") / heads),
    contextLength: number("max_position_embeddings", 2048),
    ropeTheta: number("rope_theta", typeof rope.rope_theta === "number" ? rope.rope_theta : 10_000),
    normEpsilon: number("rms_norm_eps", 1e-6),
    vocabulary: number("vocab_size"),
    tied: config.tie_word_embeddings === true,
  };
}

/** Families whose tensors and mathematics are those of a Llama. */
export const LLAMA_TYPES: ReadonlySet<string> = new Set(["llama", "mistral"]);
