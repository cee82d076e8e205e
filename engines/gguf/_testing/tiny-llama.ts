/** A Llama of some ten thousand random weights with a real byte-level tokenizer: every part of a model folder, in no time. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { byteLevelAlphabet } from "tokenizers";
import { writeSafetensors } from "../../safetensors/writer";
import { preTokenizerNamed } from "../pre-tokenizers";

export const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

export type TinyOptions = {
  pre?: string;
  template?: string;
  tied?: boolean;
  hidden?: number;
  layers?: number;
  config?: object;
};

const SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const MERGES: [string, string][] = [
  ["h", "e"],
  ["l", "l"],
  ["he", "ll"],
  ["hell", "o"],
  ["Ġ", "w"],
  ["o", "r"],
  ["Ġw", "or"],
];

const addedToken = (content: string, id: number) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

export function tinyTokenizer(pre = "smollm") {
  const { json, ignoreMerges } = preTokenizerNamed(pre)!;
  const words = [...SPECIALS, ...byteLevelAlphabet().sort(), ...MERGES.map((merge) => merge.join(""))];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIALS.map(addedToken),
    normalizer: null,
    pre_tokenizer: json,
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: ignoreMerges,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      merges: MERGES,
    },
  };
}

/** In the manner of Llama 1 and 2: SentencePiece pieces, unknown letters as bytes. */
export function tinySentencePiece() {
  const merges: [string, string][] = [
    ["▁", "w"],
    ["h", "e"],
    ["l", "l"],
    ["he", "ll"],
    ["hell", "o"],
    ["▁", "hello"],
    ["o", "r"],
    ["▁w", "or"],
    ["▁", "▁"],
  ];
  const specials = ["<unk>", "<|im_start|>", "<|im_end|>"];
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, "0")}>`);
  const letters = ["▁", ..."abcdefghijklmnopqrstuvwxyz"];
  const words = [...specials, ...bytes, ...merges.map((merge) => merge.join("")), ...letters];
  return {
    ...tinyTokenizer(),
    added_tokens: specials.map(addedToken),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      ...tinyTokenizer().model,
      unk_token: "<unk>",
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      merges,
    },
  };
}

/** Writes a whole model folder. Weights are the same on every call. */
export async function tinyLlama(dir: string, options: TinyOptions = {}): Promise<string> {
  const { pre = "smollm", template = CHATML, tied = true, hidden = 32, layers = 2 } = options;
  const tokenizer = pre === "sentencepiece" ? tinySentencePiece() : tinyTokenizer(pre);
  const vocabulary = Object.keys(tokenizer.model.vocab).length;
  const [heads, kvHeads, headDim, inner] = [4, 2, hidden / 4, hidden * 2];
  const config = {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: vocabulary,
    hidden_size: hidden,
    intermediate_size: inner,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headDim,
    max_position_embeddings: 256,
    rope_theta: 10_000,
    rms_norm_eps: 1e-5,
    hidden_act: "silu",
    tie_word_embeddings: tied,
    bos_token_id: 1,
    eos_token_id: 2,
    pad_token_id: 0,
    ...options.config,
  };
  const shapes: Record<string, number[]> = {
    "model.embed_tokens": [vocabulary, hidden],
    "model.norm": [hidden],
  };
  if (!tied) shapes.lm_head = [vocabulary, hidden];
  for (let layer = 0; layer < layers; layer++) {
    const at = `model.layers.${layer}`;
    shapes[`${at}.input_layernorm`] = [hidden];
    shapes[`${at}.post_attention_layernorm`] = [hidden];
    shapes[`${at}.self_attn.q_proj`] = [heads * headDim, hidden];
    shapes[`${at}.self_attn.k_proj`] = [kvHeads * headDim, hidden];
    shapes[`${at}.self_attn.v_proj`] = [kvHeads * headDim, hidden];
    shapes[`${at}.self_attn.o_proj`] = [hidden, heads * headDim];
    shapes[`${at}.mlp.gate_proj`] = [inner, hidden];
    shapes[`${at}.mlp.up_proj`] = [inner, hidden];
    shapes[`${at}.mlp.down_proj`] = [hidden, inner];
  }
  await mkdir(dir, { recursive: true });
  const random = randomNumbers(17);
  const tensors = Object.entries(shapes).map(([name, shape]) => ({
    name: `${name}.weight`,
    dtype: "F32" as const,
    shape,
    data: () =>
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
        shape.length === 1 ? 1 : (random() - 0.5) * 0.4,
      ),
  }));
  await writeSafetensors(join(dir, "model.safetensors"), tensors);
  const write = (name: string, json: object) => writeFile(join(dir, name), JSON.stringify(json, null, 2));
  await write("config.json", config);
  await write("tokenizer.json", tokenizer);
  await write("tokenizer_config.json", {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: "<|im_start|>",
    eos_token: "<|im_end|>",
    pad_token: "<|endoftext|>",
    chat_template: template,
  });
  return dir;
}

/** Mulberry32. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}
