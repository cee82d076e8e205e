/** A Llama GGUF as a Hugging Face folder that Transformers loads. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LABELS_KEY } from "@/graph/recipe";
import { statedLabels } from "../model/stated-labels";
import { type TensorSource, writeSafetensors } from "../safetensors/writer";
import { checkGguf, refuseUnreadable, ropeOf } from "./check-gguf";
import { configOf, type LlamaShape } from "./gguf-shape";
import { rotaryHeads, toHalves } from "./llama-tensors";
import type { GgufMetadata } from "./metadata";
import type { Json } from "./pre-tokenizers";
import { type GgufFile, type GgufTensor, openGguf } from "./read";
import { tokenizerFromGguf } from "./tokenizer-from-gguf";

export type ConvertOptions = {
  signal?: AbortSignal | undefined;
  /** Tensors done of all tensors. */
  onProgress?: ((done: number, total: number) => void) | undefined;
};

/**
 * Writes config.json, model.safetensors (matrices F16, vectors F32), tokenizer.json, tokenizer_config.json and
 * generation_config.json. One tensor is in memory at a time.
 * @throws Failure what `openGguf` and `checkGguf` throw, `gguf-unknown-type`, `gguf-tokenizer`
 */
export async function ggufToHuggingFace(
  path: string,
  outDir: string,
  options: ConvertOptions = {},
): Promise<void> {
  const file = await openGguf(path);
  try {
    refuseUnreadable(file);
    const checked = checkGguf(file);
    const { shape, named } = checked;
    const { tokenizer, config, specials } = tokenizerFromGguf(file);
    const embedding = named.get("model.embed_tokens.weight")!;
    const model = configOf(shape, {
      vocabulary: embedding.shape[0]!,
      tied: !named.has("lm_head.weight"),
      bias: [...named.keys()].some((name) => name.endsWith(".bias")),
      rope: await ropeOf(file, checked),
      specials,
    });
    await mkdir(outDir, { recursive: true });
    await writeSafetensors(join(outDir, "model.safetensors"), sources(file, shape, named, options), {
      format: "pt",
      // A recipe is of the file that it stands in; what it says of its labels goes on.
      ...labelsOf(file),
    });
    const generation = { bos_token_id: specials.bos, eos_token_id: specials.eos, pad_token_id: specials.pad };
    const write = (name: string, json: Json) =>
      writeFile(join(outDir, name), `${JSON.stringify(json, null, 2)}\n`);
    await write("config.json", model);
    await write("tokenizer.json", tokenizer);
    await write("tokenizer_config.json", config);
    await write("generation_config.json", generation);
  } finally {
    await file.close();
  }
}

/** As metadata of the safetensors file. */
function labelsOf({ metadata }: GgufFile): Record<string, string> {
  const labels = ggufLabels(metadata);
  return labels ? { [LABELS_KEY]: JSON.stringify(labels) } : {};
}

export const ggufLabels = (metadata: GgufMetadata) =>
  statedLabels((key) => {
    const text = metadata.string(key);
    return text === undefined ? [] : [text];
  });

function sources(
  file: GgufFile,
  shape: LlamaShape,
  named: ReadonlyMap<string, GgufTensor>,
  { signal, onProgress }: ConvertOptions,
): TensorSource[] {
  let done = 0;
  return [...named].map(([name, tensor]) => ({
    name,
    dtype: tensor.shape.length > 1 ? "F16" : "F32",
    shape: tensor.shape,
    data: async () => {
      signal?.throwIfAborted();
      const values = await file.read(tensor);
      const heads = rotaryHeads(name, shape.heads, shape.kvHeads);
      onProgress?.(++done, named.size);
      return heads === undefined ? values : toHalves(values, heads, tensor.shape[0]!);
    },
  }));
}
