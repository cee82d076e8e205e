/** Holds the tensors and the vocabulary of a GGUF file against its own settings, before anything native opens it. */
import { ggufRefused } from "@/graph/gguf/cursor";
import { Failure } from "@/graph/problems";
import { TARGETS, weightName } from "../adapter/layout";
import { isReadable } from "./dequantize";
import { type LlamaShape, shapeFromGguf } from "./gguf-shape";
import { ggufName, huggingFaceName } from "./llama-tensors";
import type { Json } from "./pre-tokenizers";
import type { GgufFile, GgufTensor } from "./read";
import { ruleFromDivisors } from "./rope";
import { specialIds } from "./tokenizer-from-gguf";

/** Tensors that say something else than weights. */
const ROPE_FREQS = "rope_freqs.weight";
const EMBEDDING = "model.embed_tokens.weight";
const HEAD = "lm_head.weight";

export type CheckedGguf = {
  shape: LlamaShape;
  /** By the names of Hugging Face. */
  named: ReadonlyMap<string, GgufTensor>;
  /** What stretches the positions, as a tensor. */
  divisors: GgufTensor | undefined;
};

/**
 * @throws Failure `gguf-not-llama`, `gguf-parts`, `gguf-refused`, `gguf-unknown-tensor`, `model-unsupported`, `model-rope`,
 * `model-vocabulary`
 */
export function checkGguf(file: GgufFile): CheckedGguf {
  const shape = shapeFromGguf(file);
  const weights = file.tensors.filter(({ name }) => name !== ROPE_FREQS);
  const named = new Map(weights.map((tensor) => [nameOf(file, tensor), tensor]));
  checkShapes(file, shape, named);
  checkVocabulary(file, named.get(EMBEDDING)!.shape[0]!);
  const divisors = file.tensors.find(({ name }) => name === ROPE_FREQS);
  if (divisors) expectShape(file, divisors, [shape.headDim / 2]);
  else ropeFromMetadata(file);
  return { shape, named, divisors };
}

/** `rope_scaling` of config.json. @throws Failure `model-rope` for divisors of no rule that is known here */
export async function ropeOf(file: GgufFile, { shape, divisors }: CheckedGguf): Promise<Json | null> {
  return divisors ? ruleFromDivisors(shape, await file.read(divisors)) : ropeFromMetadata(file);
}

/** llama.cpp serves more number formats than can be turned back into plain weights. @throws Failure `gguf-unknown-type` */
export function refuseUnreadable({ name: file, tensors }: GgufFile): void {
  const odd = tensors.find(({ type }) => !isReadable(type));
  if (odd)
    throw new Failure("INVALID_INPUT", "gguf-unknown-type", { file, tensor: odd.name, type: odd.type.name });
}

function nameOf({ name: file }: GgufFile, { name }: GgufTensor): string {
  const found = huggingFaceName(name);
  if (!found) throw new Failure("INVALID_INPUT", "gguf-unknown-tensor", { file, tensor: name });
  return found;
}

function checkShapes(file: GgufFile, shape: LlamaShape, named: ReadonlyMap<string, GgufTensor>): void {
  const { hidden, intermediate, heads, kvHeads, headDim, layers } = shape;
  const expected = new Map<string, number[]>([["model.norm.weight", [hidden]]]);
  const rows = { q_proj: heads * headDim, k_proj: kvHeads * headDim, v_proj: kvHeads * headDim };
  const sides: Record<(typeof TARGETS)[number], [out: number, inner: number]> = {
    q_proj: [rows.q_proj, hidden],
    k_proj: [rows.k_proj, hidden],
    v_proj: [rows.v_proj, hidden],
    o_proj: [hidden, rows.q_proj],
    gate_proj: [intermediate, hidden],
    up_proj: [intermediate, hidden],
    down_proj: [hidden, intermediate],
  };
  const biases = new Map<string, number[]>();
  for (let layer = 0; layer < layers; layer++) {
    for (const norm of ["input_layernorm", "post_attention_layernorm"])
      expected.set(`model.layers.${layer}.${norm}.weight`, [hidden]);
    for (const target of TARGETS) {
      const name = weightName(layer, target);
      expected.set(name, sides[target]);
      biases.set(name.replace(/weight$/, "bias"), [sides[target][0]]);
    }
    // Where the first layers are missing, so is the rest: nobody waits for ten thousand of them to be listed.
    if (!named.has(weightName(layer, "q_proj"))) break;
  }
  const embedding = named.get(EMBEDDING);
  if (!embedding) throw ggufRefused(file.name, "missing", "token_embd.weight");
  const vocabulary = embedding.shape[0]!;
  expected.set(EMBEDDING, [vocabulary, hidden]);
  for (const [name, wanted] of expected) {
    const tensor = named.get(name);
    if (!tensor) throw ggufRefused(file.name, "missing", ggufName(name) ?? name);
    expectShape(file, tensor, wanted);
  }
  for (const [name, tensor] of named) {
    const wanted = name === HEAD ? [vocabulary, hidden] : (expected.get(name) ?? biases.get(name));
    if (!wanted)
      throw new Failure("INVALID_INPUT", "gguf-unknown-tensor", { file: file.name, tensor: tensor.name });
    expectShape(file, tensor, wanted);
  }
}

function expectShape(file: GgufFile, { name, shape }: GgufTensor, wanted: readonly number[]): void {
  if (shape.join() === wanted.join()) return;
  throw ggufRefused(file.name, "size", name, {
    found: shape.join(" × "),
    expected: wanted.join(" × "),
  });
}

/** As many tokens as the embedding has rows, none of them twice, a kind for each, and special ones that are among them. */
function checkVocabulary({ name, metadata }: GgufFile, rows: number): void {
  const listed = (key: string) => {
    const value = metadata.value(`tokenizer.ggml.${key}`);
    return typeof value === "object" ? value.length : undefined;
  };
  const tokens = metadata.need("tokenizer.ggml.tokens", listed("tokens"));
  const stated = metadata.number("llama.vocab_size");
  if (tokens !== rows || (stated !== undefined && stated !== rows))
    throw new Failure("INVALID_INPUT", "model-vocabulary", {
      tokens: tokens === rows ? stated! : tokens,
      rows,
    });
  const once = new Set<string>();
  for (const token of metadata.strings("tokenizer.ggml.tokens") ?? []) {
    // An empty one is named after its number by llama.cpp.
    if (token !== "" && once.has(token)) throw ggufRefused(name, "twice", token);
    once.add(token);
  }
  for (const key of ["token_type", "scores"]) {
    const length = listed(key);
    if (length !== undefined && length !== tokens)
      throw ggufRefused(name, "range", `tokenizer.ggml.${key}`, { value: String(length) });
  }
  for (const [special, id] of Object.entries(specialIds(metadata)))
    if (!Number.isInteger(id) || id < 0 || id >= tokens)
      throw ggufRefused(name, "range", `${special}_token_id`, { value: String(id) });
}

function ropeFromMetadata({ metadata }: GgufFile): Json | null {
  const type = metadata.string("llama.rope.scaling.type") ?? "none";
  const factor = metadata.number("llama.rope.scaling.factor") ?? metadata.number("llama.rope.scale_linear");
  if (type === "none") return null;
  if (type !== "linear" || factor === undefined || !Number.isFinite(factor) || factor <= 0)
    throw new Failure("INVALID_INPUT", "model-rope", { type: type.slice(0, 100) });
  return factor === 1 ? null : { rope_type: "linear", factor };
}
