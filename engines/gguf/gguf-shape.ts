/** The shape of a Llama in GGUF metadata, and the config.json made of it. */
import { ggufRefused } from "@/graph/gguf/cursor";
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

/** Several times the largest published models: a header that says more would be believed until memory runs out. */
const MOST = {
  block_count: 10_000,
  context_length: 100_000_000,
  embedding_length: 1_000_000,
  feed_forward_length: 4_000_000,
  "attention.head_count": 10_000,
  "attention.head_count_kv": 10_000,
  "attention.key_length": 100_000,
} as const;

/** Settings that change nothing of what a plain Llama computes, or that are read below. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.keys(MOST),
  "attention.layer_norm_rms_epsilon",
  "attention.sliding_window",
  "attention.value_length",
  "expert_count",
  "expert_used_count",
  "rope.dimension_count",
  "rope.freq_base",
  "rope.scaling.factor",
  "rope.scaling.finetuned",
  "rope.scaling.original_context_length",
  "rope.scaling.type",
  "rope.scale_linear",
  "tensor_data_layout",
  "vocab_size",
]);

/** @throws Failure `gguf-not-llama`, `gguf-refused`, `gguf-parts`, `model-unsupported` */
export function shapeFromGguf({ name, metadata }: Pick<GgufFile, "name" | "metadata">): LlamaShape {
  const architecture = metadata.need("general.architecture", metadata.string("general.architecture"));
  if (architecture !== "llama")
    throw new Failure("INVALID_INPUT", "gguf-not-llama", {
      file: name,
      architecture: architecture.slice(0, 100),
    });
  const general = metadata.string("general.type") ?? "model";
  if (general !== "model") throw unsupported(`general.type "${general.slice(0, 100)}"`);
  const parts = metadata.number("split.count") ?? 1;
  if (parts > 1) throw new Failure("INVALID_INPUT", "gguf-parts", { file: name, parts });
  for (const key of metadata.keys())
    if (key.startsWith("llama.") && !KNOWN.has(key.slice("llama.".length)))
      throw unsupported(key.slice(0, 100));

  const whole = (key: keyof typeof MOST): number | undefined => {
    const value = metadata.number(`llama.${key}`);
    if (value === undefined || (Number.isInteger(value) && value > 0 && value <= MOST[key])) return value;
    throw ggufRefused(name, "range", `llama.${key}`, { value: String(value) });
  };
  const positive = (key: string): number | undefined => {
    const value = metadata.number(`llama.${key}`);
    if (value === undefined || (Number.isFinite(value) && value > 0)) return value;
    throw ggufRefused(name, "range", `llama.${key}`, { value: String(value) });
  };
  const need = (key: keyof typeof MOST) => metadata.need(`llama.${key}`, whole(key));
  const epsilon = "attention.layer_norm_rms_epsilon";
  const [heads, hidden] = [need("attention.head_count"), need("embedding_length")];
  const kvHeads = whole("attention.head_count_kv") ?? heads;
  const headDim = whole("attention.key_length") ?? hidden / heads;
  if (heads % kvHeads !== 0) throw unsupported(`${heads} heads over ${kvHeads} key/value heads`);
  if (!Number.isInteger(headDim) || headDim % 2 !== 0) throw unsupported(`head_dim ${headDim}`);
  for (const key of ["attention.value_length", "rope.dimension_count"]) {
    const value = positive(key);
    if (value !== undefined && value !== headDim) throw unsupported(`llama.${key} ${value}`);
  }
  if ((metadata.number("llama.expert_count") ?? 0) > 0) throw unsupported("llama.expert_count");
  return {
    hidden,
    intermediate: need("feed_forward_length"),
    layers: need("block_count"),
    heads,
    kvHeads,
    headDim,
    contextLength: Math.min(
      need("context_length"),
      positive("attention.sliding_window") ?? Number.POSITIVE_INFINITY,
    ),
    ropeTheta: positive("rope.freq_base") ?? 10_000,
    normEpsilon: fromSingle(metadata.need(`llama.${epsilon}`, positive(epsilon))),
  };
}

function unsupported(setting: string): Failure {
  return new Failure("INVALID_INPUT", "model-unsupported", { setting });
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
