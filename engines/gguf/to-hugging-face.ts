/** A Llama GGUF as a Hugging Face folder that Transformers loads. */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { Failure } from "@/graph/problems";
import { type TensorSource, writeSafetensors } from "../safetensors/writer";
import { configOf, type LlamaShape, shapeFromGguf } from "./gguf-shape";
import { huggingFaceName, rotaryHeads, toHalves } from "./llama-tensors";
import type { Json } from "./pre-tokenizers";
import { corrupt, type GgufFile, type GgufTensor, openGguf } from "./read";
import { ruleFromDivisors } from "./rope";
import { tokenizerFromGguf } from "./tokenizer-from-gguf";

export type ConvertOptions = {
  signal?: AbortSignal | undefined;
  /** Tensors done of all tensors. */
  onProgress?: ((done: number, total: number) => void) | undefined;
};

/** Tensors that say something else than weights. */
const ROPE_FREQS = "rope_freqs.weight";

/**
 * Writes config.json, model.safetensors (matrices F16, vectors F32), tokenizer.json, tokenizer_config.json and
 * generation_config.json. One tensor is in memory at a time.
 * @throws Failure `gguf-corrupt`, `gguf-not-llama`, `gguf-tokenizer`, `gguf-unknown-tensor`, `model-rope`
 */
export async function ggufToHuggingFace(
  path: string,
  outDir: string,
  options: ConvertOptions = {},
): Promise<void> {
  const file = await openGguf(path);
  try {
    const shape = shapeFromGguf(file);
    const { tokenizer, config, specials } = tokenizerFromGguf(file);
    const weights = file.tensors.filter((tensor) => tensor.name !== ROPE_FREQS);
    const named = new Map(weights.map((tensor) => [nameOf(file, tensor), tensor]));
    checkShapes(file, shape, named);
    const divisors = file.tensors.find((tensor) => tensor.name === ROPE_FREQS);
    const embedding = named.get("model.embed_tokens.weight")!;
    const model = configOf(shape, {
      vocabulary: embedding.shape[0]!,
      tied: !named.has("lm_head.weight"),
      bias: [...named.keys()].some((name) => name.endsWith(".bias")),
      rope: divisors ? ruleFromDivisors(shape, await file.read(divisors)) : ropeFromMetadata(file),
      specials,
    });
    await mkdir(outDir, { recursive: true });
    await writeSafetensors(join(outDir, "model.safetensors"), sources(file, shape, named, options));
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

function nameOf({ path }: GgufFile, { name }: GgufTensor): string {
  const found = huggingFaceName(name);
  if (!found)
    throw new Failure("INVALID_INPUT", "gguf-unknown-tensor", { file: basename(path), tensor: name });
  return found;
}

function checkShapes({ path }: GgufFile, shape: LlamaShape, named: ReadonlyMap<string, GgufTensor>): void {
  const { hidden, intermediate, heads, kvHeads, headDim, layers } = shape;
  const expected: Record<string, number[]> = {
    input_layernorm: [hidden],
    post_attention_layernorm: [hidden],
  };
  expected["self_attn.q_proj"] = [heads * headDim, hidden];
  expected["self_attn.k_proj"] = [kvHeads * headDim, hidden];
  expected["self_attn.v_proj"] = [kvHeads * headDim, hidden];
  expected["self_attn.o_proj"] = [hidden, heads * headDim];
  expected["mlp.gate_proj"] = [intermediate, hidden];
  expected["mlp.up_proj"] = [intermediate, hidden];
  expected["mlp.down_proj"] = [hidden, intermediate];
  const check = (name: string, wants?: number[]) => {
    const has = named.get(name)?.shape;
    if (!has) throw corrupt(basename(path), `${name} is missing`);
    if (wants && has.join() !== wants.join())
      throw corrupt(basename(path), `${name} is ${has} and should be ${wants}`);
  };
  check("model.embed_tokens.weight");
  check("model.norm.weight", [hidden]);
  for (let layer = 0; layer < layers; layer++) {
    for (const [part, wants] of Object.entries(expected))
      check(`model.layers.${layer}.${part}.weight`, wants);
  }
}

function ropeFromMetadata({ metadata }: GgufFile): Json | null {
  const type = metadata.string("llama.rope.scaling.type") ?? "none";
  if (type === "none") return null;
  if (type !== "linear") throw new Failure("INVALID_INPUT", "model-rope", { type });
  return { rope_type: "linear", factor: metadata.number("llama.rope.scaling.factor") ?? 1 };
}
