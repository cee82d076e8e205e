/** Stretched rotary frequencies: Llama 3's rule in config.json, a tensor of divisors `rope_freqs.weight` in GGUF. */
import { Failure } from "@/graph/problems";
import type { RopeScaling } from "../model/llama-config";
import type { Json } from "./pre-tokenizers";

type Llama3Rule = Omit<Extract<RopeScaling, { type: "llama3" }>, "type">;
type Rotated = { headDim: number; ropeTheta: number };

/** One divisor for each pair of a head: [headDim / 2]. As `Llama3RotaryEmbedding` and convert_hf_to_gguf.py compute it. */
export function llama3Divisors({ headDim, ropeTheta }: Rotated, rule: Llama3Rule): Float32Array {
  const { factor, lowFreqFactor: low, highFreqFactor: high, originalContext: original } = rule;
  return Float32Array.from({ length: headDim / 2 }, (_, i) => {
    const wavelength = 2 * Math.PI * ropeTheta ** ((2 * i) / headDim);
    if (wavelength < original / high) return 1;
    if (wavelength > original / low) return factor;
    const smooth = (original / wavelength - low) / (high - low);
    return 1 / ((1 - smooth) / factor + smooth);
  });
}

/** The rule that gives these divisors. All published Llama 3 models share everything but the factor. */
export function ruleFromDivisors(shape: Rotated, divisors: Float32Array): Json {
  const rule = {
    factor: Math.round(Math.max(...divisors) * 1000) / 1000,
    lowFreqFactor: 1,
    highFreqFactor: 4,
    originalContext: 8192,
  };
  const expected = llama3Divisors(shape, rule);
  const close = divisors.every((value, i) => Math.abs(value - expected[i]!) <= 1e-3 * value);
  if (!close || divisors.length !== expected.length)
    throw new Failure("INVALID_INPUT", "model-rope", { type: "rope_freqs" });
  return {
    rope_type: "llama3",
    factor: rule.factor,
    low_freq_factor: rule.lowFreqFactor,
    high_freq_factor: rule.highFreqFactor,
    original_max_position_embeddings: rule.originalContext,
  };
}
