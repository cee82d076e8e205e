/** Rotary position tables, computed in float32 as Transformers does. */
import type { LlamaConfig } from "../model/llama-config";

/** Angle per position of each pair, `[headDim / 2]`, after scaling (Llama 3.1: `modeling_rope_utils.py`). */
export function ropeFrequencies(c: LlamaConfig): Float32Array {
  const plain = Float32Array.from(
    { length: c.headDim / 2 },
    (_, i) => 1 / Math.fround(c.ropeTheta ** Math.fround((2 * i) / c.headDim)),
  );
  const s = c.ropeScaling;
  if (!s) return plain;
  if (s.type === "linear") return plain.map((f) => f / s.factor);
  const lowWavelength = s.originalContext / s.lowFreqFactor;
  const highWavelength = s.originalContext / s.highFreqFactor;
  return plain.map((f) => {
    const wavelength = (2 * Math.PI) / f;
    if (wavelength > lowWavelength) return f / s.factor;
    if (wavelength < highWavelength) return f;
    const smooth = (s.originalContext / wavelength - s.lowFreqFactor) / (s.highFreqFactor - s.lowFreqFactor);
    return ((1 - smooth) * f) / s.factor + smooth * f;
  });
}

/** Tables `[length, headDim / 2]`. `back` is the negated sine: it turns gradients the other way. */
export function ropeTables(c: LlamaConfig, length: number) {
  const frequencies = ropeFrequencies(c);
  const half = frequencies.length;
  const cos = new Float32Array(length * half);
  const sin = new Float32Array(length * half);
  for (let t = 0; t < length; t++) {
    for (let i = 0; i < half; i++) {
      const angle = Math.fround(t * frequencies[i]!);
      cos[t * half + i] = Math.cos(angle);
      sin[t * half + i] = Math.sin(angle);
    }
  }
  return { cos, sin, back: sin.map((x) => -x) };
}
