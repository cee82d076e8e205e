/** A Hugging Face Llama folder, with or without a LoRA adapter merged in, as one GGUF that llama.cpp loads. */
import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { Failure } from "@/graph/problems";
import { type Adapter, readAdapter } from "../adapter/adapter";
import { addProduct } from "../adapter/add-product";
import { loraScale } from "../adapter/config";
import { type LlamaConfig, readLlamaConfig } from "../model/llama-config";
import { openWeights, type Weights } from "../safetensors/weights";
import { readTokenizerFiles, type TokenizerFiles } from "../tokenizer/read-files";
import { ggufName, rotaryHeads, toPairs } from "./llama-tensors";
import { llama3Divisors } from "./rope";
import type { ConvertOptions } from "./to-hugging-face";
import { tokenizerMetadata } from "./tokenizer-to-gguf";
import { type MetadataEntry, type TensorToWrite, writeGguf } from "./write";

export type ToGgufOptions = ConvertOptions & {
  /** Of the matrices; vectors are always F32. */
  type: "f16" | "f32";
  /** Folder of a PEFT adapter whose product is added to the weights. */
  adapter?: string | undefined;
  name?: string | undefined;
  /** Further metadata: labels, a recipe. */
  texts?: ReadonlyMap<string, string> | undefined;
};

/**
 * One tensor is in memory at a time; the file appears under its name only when whole.
 * @throws Failure `model-not-llama`, `model-config-corrupt`, `model-unsupported`, `model-tokenizer`, `model-unknown-tensor`
 */
export async function huggingFaceToGguf(dir: string, outPath: string, options: ToGgufOptions): Promise<void> {
  const [config, tokenizer] = await Promise.all([readLlamaConfig(dir), readTokenizerFiles(dir)]);
  const adapter = options.adapter === undefined ? undefined : await readAdapter(options.adapter);
  const weights = await openWeights(dir);
  const partial = `${outPath}.${process.pid}.partial`;
  try {
    const metadata = [
      ...[...(options.texts ?? [])].map(([key, text]): MetadataEntry => [key, "string", text]),
      ...metadataOf(tokenizer, config, options.type, options.name ?? basename(dir)),
    ];
    await writeGguf(partial, metadata, tensorsOf(weights, config, adapter, options));
    await rename(partial, outPath);
  } finally {
    await weights.close();
    await rm(partial, { force: true });
  }
}

function metadataOf(
  tokenizer: TokenizerFiles,
  shape: LlamaConfig,
  type: "f16" | "f32",
  name: string,
): MetadataEntry[] {
  const number = (key: string, value: number): MetadataEntry => [`llama.${key}`, "u32", value];
  const single = (key: string, value: number): MetadataEntry => [`llama.${key}`, "f32", value];
  return [
    ["general.architecture", "string", "llama"],
    ["general.type", "string", "model"],
    ["general.name", "string", name],
    ["general.file_type", "u32", type === "f16" ? 1 : 0],
    ["general.quantization_version", "u32", 2],
    number("block_count", shape.layers),
    number("context_length", shape.contextLength),
    number("embedding_length", shape.hidden),
    number("feed_forward_length", shape.ffn),
    number("attention.head_count", shape.heads),
    number("attention.head_count_kv", shape.kvHeads),
    number("attention.key_length", shape.headDim),
    number("attention.value_length", shape.headDim),
    number("rope.dimension_count", shape.headDim),
    number("vocab_size", shape.vocab),
    single("rope.freq_base", shape.ropeTheta),
    single("attention.layer_norm_rms_epsilon", shape.eps),
    ...linearRope(shape),
    ...tokenizerMetadata(tokenizer, shape.vocab),
  ];
}

function linearRope({ ropeScaling }: LlamaConfig): MetadataEntry[] {
  if (ropeScaling?.type !== "linear") return [];
  return [
    ["llama.rope.scaling.type", "string", "linear"],
    ["llama.rope.scaling.factor", "f32", ropeScaling.factor],
  ];
}

function tensorsOf(
  weights: Weights,
  shape: LlamaConfig,
  adapter: Adapter | undefined,
  { type, signal, onProgress }: ToGgufOptions,
): TensorToWrite[] {
  const rule = shape.ropeScaling?.type === "llama3" ? shape.ropeScaling : undefined;
  const matrix = type === "f16" ? "F16" : "F32";
  const tensors: TensorToWrite[] = [];
  let done = 0;
  for (const [name, info] of weights.tensors) {
    if (name.endsWith(".rotary_emb.inv_freq") || (name === "lm_head.weight" && shape.tied)) continue;
    const gguf = ggufName(name);
    if (!gguf) throw new Failure("INVALID_INPUT", "model-unknown-tensor", { tensor: name });
    const dtype = info.shape.length > 1 ? matrix : "F32";
    const heads = rotaryHeads(name, shape.heads, shape.kvHeads);
    const pair = pairOf(name, info.shape, adapter);
    const changed = async () => {
      const values = await weights.read(name);
      if (adapter && pair) addProduct(values, pair.b, pair.a, adapter.rank, loraScale(adapter));
      return heads === undefined ? values : toPairs(values, heads, info.shape[0]!);
    };
    // What is of the type already goes over as it is.
    const same = info.dtype === dtype && heads === undefined && !pair;
    tensors.push({
      name: gguf,
      shape: info.shape,
      dtype,
      data: () => {
        signal?.throwIfAborted();
        onProgress?.(++done, tensors.length);
        return same ? weights.bytes(name) : changed();
      },
    });
  }
  if (rule) {
    const divisors = llama3Divisors(shape, rule);
    tensors.unshift({
      name: "rope_freqs.weight",
      shape: [divisors.length],
      dtype: "F32",
      data: () => divisors,
    });
  }
  return tensors;
}

/** The two matrices that an adapter has for a weight [out, in]. @throws Failure `adapter-shape` */
function pairOf(name: string, shape: readonly number[], adapter: Adapter | undefined) {
  const part = (letter: "A" | "B") =>
    adapter?.tensors.get(`base_model.model.${name.replace(/weight$/, `lora_${letter}.weight`)}`);
  const [a, b] = [part("A"), part("B")];
  if (!a || !b) return undefined;
  if (b.shape[0] !== shape[0] || a.shape[1] !== shape[1])
    throw new Failure("INVALID_INPUT", "adapter-shape", { tensor: name });
  return { a: a.values, b: b.values };
}
