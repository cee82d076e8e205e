/** GGUF types on offer. Pure: the browser shows them too. */
export const TYPES = ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "IQ4_XS", "F16"] as const;
export type Type = (typeof TYPES)[number];

/** Bits a weight takes on average in an 8B Llama, and CPU time a weight takes on two cores, measured with SmolLM2-135M. */
export const typeTable: Record<Type, { bits: number; secondsPerWeight: number }> = {
  F16: { bits: 16, secondsPerWeight: 4e-9 },
  Q8_0: { bits: 8.5, secondsPerWeight: 6e-9 },
  Q6_K: { bits: 6.6, secondsPerWeight: 15e-9 },
  Q5_K_M: { bits: 5.7, secondsPerWeight: 20e-9 },
  Q4_K_M: { bits: 4.9, secondsPerWeight: 25e-9 },
  Q4_0: { bits: 4.6, secondsPerWeight: 8e-9 },
  IQ4_XS: { bits: 4.5, secondsPerWeight: 100e-9 },
};

/** Unknown counts as plain: the run looks into the file. */
export function isPlainPrecision(precision: string | undefined): boolean {
  return precision === undefined || /^(b?f16|bfloat16|float16|f32|float32)$/i.test(precision);
}
