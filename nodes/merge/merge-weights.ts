/** W + scale · B · A, tensor by tensor: only one weight is in memory. */
import type { Adapter } from "@/engines/adapter/adapter";
import { addProduct } from "@/engines/adapter/add-product";
import { loraScale } from "@/engines/adapter/config";
import { loraName, parseLoraName, weightName } from "@/engines/adapter/layout";
import { type Dtype, isDtype } from "@/engines/safetensors/dtype";
import type { Weights } from "@/engines/safetensors/weights";
import { type TensorSource, writeSafetensors } from "@/engines/safetensors/writer";
import { Failure } from "@/graph/problems";

export type MergeOptions = {
  /** Number format of the result; the base's own when absent. */
  precision?: Dtype;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
};

export async function mergeWeights(
  base: Weights,
  adapter: Adapter,
  path: string,
  options: MergeOptions,
): Promise<void> {
  const pairs = pairsByWeight(base, adapter);
  const scale = loraScale(adapter);
  let done = 0;
  const next = () => {
    options.signal.throwIfAborted();
    options.onProgress(++done, base.tensors.size);
  };
  const sources = [...base.tensors.values()].map(({ name, dtype, shape }): TensorSource => {
    if (!isDtype(dtype))
      throw new Failure("INVALID_INPUT", "safetensors-dtype", {
        file: "model.safetensors",
        tensor: name,
        dtype,
      });
    const written = options.precision ?? dtype;
    const pair = pairs.get(name);
    const data = (): ReturnType<TensorSource["data"]> => {
      next();
      if (pair) return base.read(name).then((w) => addProduct(w, pair.b, pair.a, adapter.rank, scale));
      return written === dtype ? base.bytes(name) : base.read(name);
    };
    return { name, dtype: written, shape, data };
  });
  await writeSafetensors(path, sources);
}

type Pair = { a: Float32Array; b: Float32Array };

/** Refuses a matrix that has no weight of its shape in the base. */
function pairsByWeight(base: Weights, adapter: Adapter): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const [tensor, b] of adapter.tensors) {
    const parsed = parseLoraName(tensor);
    if (parsed?.part !== "B") continue;
    const name = weightName(parsed.layer, parsed.target);
    const a = adapter.tensors.get(loraName(parsed.layer, parsed.target, "A"))!;
    const shape = base.tensors.get(name)?.shape;
    if (shape?.length !== 2 || shape[0] !== b.shape[0] || shape[1] !== a.shape[1]) {
      throw new Failure("INVALID_INPUT", "adapter-tensor", { tensor });
    }
    pairs.set(name, { a: a.values, b: b.values });
  }
  return pairs;
}
