/** A LoRA adapter in PEFT layout as the GGUF that llama.cpp applies beside its base model. */
import { Failure } from "@/graph/problems";
import { type Matrix, readAdapter } from "../adapter/adapter";
import { loraScale } from "../adapter/config";
import { parseLoraName, weightName } from "../adapter/layout";
import { readLlamaConfig } from "../model/llama-config";
import { openWeights, type Weights } from "../safetensors/weights";
import { ggufName, rotaryHeads, toPairs } from "./llama-tensors";
import { type MetadataEntry, type TensorToWrite, writeGguf } from "./write";

/**
 * `modelDir` is the base model: its heads say how rows of q and k are ordered.
 * @throws Failure `adapter-shape`, and those of `readAdapter` and `readLlamaConfig`
 */
export async function adapterToGguf(modelDir: string, adapterDir: string, outPath: string): Promise<void> {
  const adapter = await readAdapter(adapterDir);
  const { heads, kvHeads } = await readLlamaConfig(modelDir);
  const metadata: MetadataEntry[] = [
    ["general.architecture", "string", "llama"],
    ["general.type", "string", "adapter"],
    ["adapter.type", "string", "lora"],
    // llama.cpp divides by the rank, whichever scaling the adapter was trained with.
    ["adapter.lora.alpha", "f32", loraScale(adapter) * adapter.rank],
  ];
  const weights = await openWeights(modelDir);
  try {
    const tensors = [...adapter.tensors].map(([name, matrix]): TensorToWrite => {
      const { layer, target, part } = parseLoraName(name)!;
      const weight = weightName(layer, target);
      expectFit(weights, weight, part, matrix);
      const turned = part === "B" ? rotaryHeads(weight, heads, kvHeads) : undefined;
      return {
        name: `${ggufName(weight)}.lora_${part.toLowerCase()}`,
        shape: matrix.shape,
        dtype: "F32",
        data: () => (turned === undefined ? matrix.values : toPairs(matrix.values, turned, matrix.shape[0])),
      };
    });
    await writeGguf(outPath, metadata, tensors);
  } finally {
    await weights.close();
  }
}

/** A [rank, in] and B [out, rank] beside a weight [out, in]. */
function expectFit(weights: Weights, weight: string, part: "A" | "B", { shape }: Matrix): void {
  const [out, inner] = weights.tensors.get(weight)?.shape ?? [];
  if (part === "A" ? shape[1] !== inner : shape[0] !== out)
    throw new Failure("INVALID_INPUT", "adapter-shape", { tensor: weight });
}
