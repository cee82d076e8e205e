/** AdamW with decoupled weight decay (Loshchilov and Hutter 2019), step for step as `torch.optim.AdamW`. */
import type { Adapter } from "../adapter/adapter";
import type { Gradients } from "./model";

export type AdamwOptions = { beta1: number; beta2: number; epsilon: number; weightDecay: number };
export const ADAMW: AdamwOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/** First and second moments by tensor name. */
export type OptimizerState = { steps: number; moments: Map<string, { m: Float32Array; v: Float32Array }> };

export function newOptimizer(adapter: Adapter): OptimizerState {
  const moments = new Map<string, { m: Float32Array; v: Float32Array }>();
  for (const [name, { values }] of adapter.tensors) {
    moments.set(name, { m: new Float32Array(values.length), v: new Float32Array(values.length) });
  }
  return { steps: 0, moments };
}

/** Global L2 norm of all gradients together. */
export function gradientNorm(gradients: Gradients): number {
  let squares = 0;
  for (const values of gradients.values()) {
    for (let i = 0; i < values.length; i++) squares += values[i]! * values[i]!;
  }
  return Math.sqrt(squares);
}

/** Moves the adapter in place. `scale` multiplies every gradient (clipping). */
export function adamwStep(
  adapter: Adapter,
  state: OptimizerState,
  gradients: Gradients,
  learningRate: number,
  scale: number,
  { beta1, beta2, epsilon, weightDecay }: AdamwOptions,
): void {
  state.steps++;
  const correction1 = 1 - beta1 ** state.steps;
  const correction2 = Math.sqrt(1 - beta2 ** state.steps);
  const stepSize = learningRate / correction1;
  const shrink = 1 - learningRate * weightDecay;
  for (const [name, { values }] of adapter.tensors) {
    const gradient = gradients.get(name);
    if (!gradient) continue;
    const { m, v } = state.moments.get(name)!;
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]! * scale;
      const first = beta1 * m[i]! + (1 - beta1) * g;
      const second = beta2 * v[i]! + (1 - beta2) * g * g;
      m[i] = first;
      v[i] = second;
      values[i] = values[i]! * shrink - (stepSize * first) / (Math.sqrt(second) / correction2 + epsilon);
    }
  }
}

/** Factor that brings a norm down to `max`, as `clip_grad_norm_`; 1 when `max` is 0 (off). */
export const clipScale = (norm: number, max: number) => (max > 0 ? Math.min(1, max / (norm + 1e-6)) : 1);
