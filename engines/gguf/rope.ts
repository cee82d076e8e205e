/** Stretched rotary frequencies: Llama 3's rule in config.json, a tensor of divisors `rope_freqs.weight` in GGUF. */
import { Failure } from "@/graph/problems";
import type { LlamaShape } from "./llama-config";
import type { Json } from "./pre-tokenizers";

type Llama3Rule = { factor: number; low: number; high: number; original: number };

/** One divisor for each pair of a head: [headDim / 2]. As `Llama3RotaryEmbedding` and convert_hf_to_gguf.py compute it. */
export function llama3Divisors({ headDim, ropeTheta }: LlamaShape, rule: Llama3Rule): Float32Array {
  const { factor, low, high, original } = rule;
  return Float32Array.from({ length: headDim / 2 }, (_, i) => {
    const wavelength = 2 * Math.PI * ropeTheta ** ((2 * i) / headDim);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

/** The rule of a config.json; undefined when the frequencies are plain. @throws Failure `model-rope` on any other rule */
export function llama3Rule(config: Json): Llama3Rule | undefined {
  const scaling = (config.rope_scaling ?? config.rope_parameters ?? {}) as Json;
  const type = scaling.rope_type ?? scaling.type ?? "default";
  if (type === "default") return undefined;
  if (type !== "llama3") throw new Failure("INVALID_INPUT", "model-rope", { type: String(type) });
  return {
    factor: Number(scaling.factor),
    low: Number(scaling.low_freq_factor),
    high: Number(scaling.high_freq_factor),
    original: Number(scaling.original_max_position_embeddings),
  };
}

/** The rule that gives these divisors. All published Llama 3 models share everything but the factor. */
export function ruleFromDivisors(shape: LlamaShape, divisors: Float32Array): Json {
  const rule = { factor: Math.round(Math.max(...divisors) * 1000) / 1000, low: 1, high: 4, original: 8192 };
  const expected = llama3Divisors(shape, rule);
  const close = divisors.every((value, i) => Math.abs(value - expected[i]!) <= 1e-3 * value);
  if (!close || divisors.length !== expected.length)
    throw new Failure("INVALID_INPUT", "model-rope", { type: "rope_freqs" });
  return {
    rope_type: "llama3",
    factor: rule.factor,
    low_freq_factor: rule.low,
    high_freq_factor: rule.high,
    original_max_position_embeddings: rule.original,
  };
}
