import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { renameEntry, renameTensor, setEntry } from "./_testing/change-gguf";
import { tinyLlama } from "./_testing/tiny-llama";
import { checkGguf } from "./check-gguf";
import { openGguf } from "./read";
import { stampGguf } from "./stamp";
import { huggingFaceToGguf } from "./to-gguf";

let root: string;
let model: string;
let untied: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "telar-check-gguf-"));
  model = await tinyLlama(join(root, "model"));
  untied = await tinyLlama(join(root, "untied"), { tied: false });
});

let made = 0;
async function refusal(change: (path: string) => Promise<void>, dir = model) {
  const path = join(root, `${made++}.gguf`);
  await huggingFaceToGguf(dir, path, { type: "f16" });
  await change(path);
  const file = await openGguf(path);
  try {
    checkGguf(file);
  } catch (error) {
    const { reason, values } = error as { reason: string; values: object };
    return { reason, ...values, file: undefined };
  } finally {
    await file.close();
  }
  return undefined;
}

const set = (key: string, value: number) => (path: string) => setEntry(path, key, value);
const stamp = (key: string, value: string) => (path: string) => stampGguf(path, new Map([[key, value]]));
const bits = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0]!;
const range = (part: string, value: string) => ({ reason: "gguf-refused", fault: "range", part, value });
const unsupported = (setting: string) => ({ reason: "model-unsupported", setting });

test("a file that says what it holds passes, with a head of its own or without", async () => {
  expect(await refusal(async () => {})).toBeUndefined();
  expect(await refusal(async () => {}, untied)).toBeUndefined();
  expect(await refusal(set("tokenizer.ggml.padding_token_id", 0xffff_ffff))).toBeUndefined();
});

test.each<[string, (path: string) => Promise<void>, object]>([
  ["no heads", set("llama.attention.head_count", 0), range("llama.attention.head_count", "0")],
  ["a billion layers", set("llama.block_count", 1e9), range("llama.block_count", "1000000000")],
  [
    "no key/value heads",
    set("llama.attention.head_count_kv", 0),
    range("llama.attention.head_count_kv", "0"),
  ],
  [
    "more key/value heads than heads",
    set("llama.attention.head_count_kv", 8),
    unsupported("4 heads over 8 key/value heads"),
  ],
  [
    "heads that do not divide",
    set("llama.attention.head_count_kv", 3),
    unsupported("4 heads over 3 key/value heads"),
  ],
  ["keys of an odd size", set("llama.attention.key_length", 7), unsupported("head_dim 7")],
  [
    "values of another size",
    set("llama.attention.value_length", 16),
    unsupported("llama.attention.value_length 16"),
  ],
  [
    "a part of each head turned",
    set("llama.rope.dimension_count", 4),
    unsupported("llama.rope.dimension_count 4"),
  ],
  [
    "an epsilon that is no number",
    set("llama.attention.layer_norm_rms_epsilon", bits(Number.NaN)),
    range("llama.attention.layer_norm_rms_epsilon", "NaN"),
  ],
  [
    "an endless base of positions",
    set("llama.rope.freq_base", bits(Infinity)),
    range("llama.rope.freq_base", "Infinity"),
  ],
  ["no context", set("llama.context_length", 0), range("llama.context_length", "0")],
  [
    "one layer more",
    set("llama.block_count", 3),
    { reason: "gguf-refused", fault: "missing", part: "blk.2.attn_norm.weight" },
  ],
  [
    "one layer fewer",
    set("llama.block_count", 1),
    { reason: "gguf-unknown-tensor", tensor: "blk.1.attn_norm.weight" },
  ],
  [
    "another width",
    set("llama.feed_forward_length", 96),
    {
      reason: "gguf-refused",
      fault: "size",
      part: "blk.0.ffn_gate.weight",
      found: "64 × 32",
      expected: "96 × 32",
    },
  ],
  ["another vocabulary", set("llama.vocab_size", 5), { reason: "model-vocabulary", tokens: 5, rows: 266 }],
  ["an end token that is none", set("tokenizer.ggml.eos_token_id", 266), range("eos_token_id", "266")],
  [
    "a token twice",
    async (path: string) => {
      const bytes = await readFile(path);
      bytes.write("ll", bytes.indexOf("\u0002\0\0\0\0\0\0\0he") + 8);
      await writeFile(path, bytes);
    },
    { reason: "gguf-refused", fault: "twice", part: "ll" },
  ],
  ["a setting of its own", stamp("llama.logit_scale", "x"), unsupported("llama.logit_scale")],
  ["an adapter", stamp("general.type", "adapter"), unsupported('general.type "adapter"')],
  [
    "another architecture",
    stamp("general.architecture", "qwen3"),
    { reason: "gguf-not-llama", architecture: "qwen3" },
  ],
  [
    "a key without its architecture",
    (path) => renameEntry(path, "general.architecture", "general.Architecture"),
    { reason: "gguf-refused", fault: "missing", part: "general.architecture" },
  ],
  [
    "a key of the wrong kind",
    stamp("llama.block_count", "two"),
    { reason: "gguf-refused", fault: "kind", part: "llama.block_count" },
  ],
  ["positions by yarn", stamp("llama.rope.scaling.type", "yarn"), { reason: "model-rope", type: "yarn" }],
  [
    "experts",
    (path) => renameTensor(path, "blk.0.ffn_gate.weight", "blk.0.ffn_gats.weight"),
    { reason: "gguf-unknown-tensor", tensor: "blk.0.ffn_gats.weight" },
  ],
])("%s", async (_, change, expected) => {
  expect(await refusal(change)).toEqual({ ...expected, file: undefined });
});
