/** What training needs of a model: its weights to begin with, and losses and gradients once an engine has them. */
import { Failure } from "@/graph/problems";
import { type LlamaConfig, readLlamaConfig } from "../model/llama-config";
import { openWeights } from "../safetensors/weights";
import type { Slice } from "./slice";

/** Frozen weights, read one by one so that an engine never holds them twice. */
export type ModelSource = {
  config: LlamaConfig;
  /** A tensor by its Hugging Face name. @throws Failure `model-tensor-shape`, `safetensors-no-tensor` */
  read(name: string, shape: readonly number[]): Promise<Float32Array>;
};

/** Gradients by PEFT name. `backward` adds to them. */
export type Gradients = Map<string, Float32Array>;

/** A frozen Llama with an optional adapter, as an engine holds it. The adapter's values are read anew at each call. */
export type TrainableModel = {
  /** Negative log likelihood (nats) at each of `slice.picked`. */
  losses(slice: Slice): Promise<Float32Array>;
  /** The same, and adds the gradient of `weight` · Σ losses to `gradients`. */
  backward(slice: Slice, weight: number, gradients: Gradients): Promise<Float32Array>;
  /** Gives back native memory. */
  release(): Promise<void>;
};

export type OpenOptions = {
  threads: number;
  signal?: AbortSignal;
  /** Keep forward values for the backward pass, or compute them again; by default what fits `KEPT_BYTES`. */
  keep?: boolean;
};

/** A model folder in Hugging Face layout. @throws Failure `model-config-…`, `model-unsupported`, `safetensors-…` */
export async function openModel(
  dir: string,
  signal?: AbortSignal,
): Promise<ModelSource & { close(): Promise<void> }> {
  const config = await readLlamaConfig(dir);
  if (config.bias) throw new Failure("INVALID_INPUT", "model-unsupported", { setting: config.bias });
  const weights = await openWeights(dir);
  return {
    config,
    read: async (name, shape) => {
      signal?.throwIfAborted();
      const found = weights.tensors.get(name);
      if (found && found.shape.join() !== shape.join()) {
        throw new Failure("INVALID_INPUT", "model-tensor-shape", {
          tensor: name,
          found: found.shape.join(" × "),
          expected: shape.join(" × "),
        });
      }
      return weights.read(name);
    },
    close: () => weights.close(),
  };
}

export function addGradient(gradients: Gradients, name: string, values: Float32Array): void {
  const sum = gradients.get(name);
  if (!sum) gradients.set(name, Float32Array.from(values));
  else for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
}
