/** tokenizer.json and tokenizer_config.json from the metadata of a GGUF file. */
import { ggufRefused } from "@/graph/gguf/cursor";
import { Failure } from "@/graph/problems";
import type { GgufMetadata } from "./metadata";
import { type Json, preTokenizerNamed } from "./pre-tokenizers";
import type { GgufFile } from "./read";

/** `tokenizer.ggml.token_type`. */
export const TOKEN_TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

export type TokenizerFiles = { tokenizer: Json; config: Json; specials: SpecialIds };
export type SpecialIds = { bos?: number; eos?: number; pad?: number; unk?: number };

/** @throws Failure `gguf-tokenizer` when the vocabulary or pre-tokenizer is of a kind not known here */
export function tokenizerFromGguf({ name, metadata }: GgufFile): TokenizerFiles {
  const model = metadata.need("tokenizer.ggml.model", metadata.string("tokenizer.ggml.model"));
  const tokens = metadata.need("tokenizer.ggml.tokens", metadata.strings("tokenizer.ggml.tokens"));
  const types = metadata.numbers("tokenizer.ggml.token_type") ?? tokens.map(() => TOKEN_TYPE.normal);
  const specials = specialIds(metadata);
  const parts =
    model === "gpt2"
      ? byteLevelParts(metadata, tokens, name)
      : model === "llama"
        ? sentencePieceParts(metadata, tokens, specials)
        : undefined;
  if (!parts) throw unknown(name, model);
  const addBos = metadata.boolean("tokenizer.ggml.add_bos_token") ?? parts.addBos;
  const bos = specials.bos === undefined ? undefined : tokens[specials.bos];
  const tokenizer: Json = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(tokens, types),
    normalizer: parts.normalizer,
    pre_tokenizer: parts.preTokenizer,
    post_processor: addBos && bos !== undefined ? startsWith(bos, specials.bos!) : null,
    decoder: parts.decoder,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: parts.unknown,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: parts.byteFallback,
      byte_fallback: parts.byteFallback,
      ignore_merges: parts.ignoreMerges,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: parts.merges,
    },
  };
  const named = (id: number | undefined) => (id === undefined ? undefined : tokens[id]);
  const config: Json = {
    tokenizer_class: "PreTrainedTokenizerFast",
    ...(bos === undefined ? {} : { bos_token: bos }),
    eos_token: named(specials.eos),
    pad_token: named(specials.pad ?? specials.eos),
    unk_token: named(specials.unk) ?? bos,
    add_bos_token: addBos,
    add_prefix_space: false,
    clean_up_tokenization_spaces: false,
    model_max_length: metadata.number("llama.context_length"),
    chat_template: templatesIn(metadata),
  };
  return { tokenizer, config, specials };
}

/** One template, or all of them with their names, as tokenizer_config.json has them. */
function templatesIn(metadata: GgufMetadata): string | Json[] | undefined {
  const first = metadata.string("tokenizer.chat_template");
  const more = (metadata.strings("tokenizer.chat_templates") ?? []).flatMap((name) => {
    const template = metadata.string(`tokenizer.chat_template.${name}`);
    return template === undefined || name === "default" ? [] : [{ name, template }];
  });
  if (more.length === 0) return first;
  return [...(first === undefined ? [] : [{ name: "default", template: first }]), ...more];
}

/** -1 as an unsigned number: writers say so that there is no such token. */
const NO_TOKEN = 0xffff_ffff;

export function specialIds(metadata: GgufMetadata): SpecialIds {
  const ids: SpecialIds = {};
  for (const [name, key] of [
    ["bos", "bos"],
    ["eos", "eos"],
    ["pad", "padding"],
    ["unk", "unknown"],
  ] as const) {
    const id = metadata.number(`tokenizer.ggml.${key}_token_id`);
    if (id !== undefined && id !== NO_TOKEN) ids[name] = id;
  }
  return ids;
}

type Parts = {
  merges: [string, string][];
  normalizer: Json | null;
  preTokenizer: Json | null;
  decoder: Json;
  unknown: string | null;
  byteFallback: boolean;
  ignoreMerges: boolean;
  addBos: boolean;
};

function byteLevelParts(metadata: GgufMetadata, tokens: string[], file: string): Parts {
  const pre = metadata.string("tokenizer.ggml.pre") ?? "gpt-2";
  const known = preTokenizerNamed(pre);
  if (!known || tokens.length === 0) throw unknown(file, pre);
  const merges = metadata.need("tokenizer.ggml.merges", metadata.strings("tokenizer.ggml.merges"));
  return {
    merges: merges.map((merge) => {
      const space = merge.indexOf(" ", 1);
      if (space < 0) throw ggufRefused(file, "kind", "tokenizer.ggml.merges");
      return [merge.slice(0, space), merge.slice(space + 1)];
    }),
    normalizer: null,
    preTokenizer: known.json,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    unknown: null,
    byteFallback: false,
    ignoreMerges: known.ignoreMerges,
    addBos: known.ignoreMerges,
  };
}

/** The vocabulary of Llama 1 and 2, as `LlamaTokenizerFast` writes it. */
function sentencePieceParts(metadata: GgufMetadata, tokens: string[], { unk }: SpecialIds): Parts {
  const scores = metadata.need("tokenizer.ggml.scores", metadata.numbers("tokenizer.ggml.scores"));
  const prefix = metadata.boolean("tokenizer.ggml.add_space_prefix") ?? true;
  const space: Json = { type: "Replace", pattern: { String: " " }, content: "▁" };
  return {
    merges: mergesFromScores(tokens, scores),
    normalizer: prefix
      ? { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, space] }
      : space,
    preTokenizer: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(prefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    unknown: tokens[unk ?? 0] ?? null,
    byteFallback: true,
    ignoreMerges: false,
    addBos: true,
  };
}

/** Every way to make a token of two others, best score first: the order in which SentencePiece would merge. */
export function mergesFromScores(tokens: string[], scores: number[]): [string, string][] {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const found: { left: string; right: string; score: number; order: [number, number] }[] = [];
  for (const [id, token] of tokens.entries()) {
    const letters = [...token];
    for (let cut = 1; cut < letters.length; cut++) {
      const [left, right] = [letters.slice(0, cut).join(""), letters.slice(cut).join("")];
      const [l, r] = [ids.get(left), ids.get(right)];
      if (l !== undefined && r !== undefined) found.push({ left, right, score: scores[id]!, order: [l, r] });
    }
  }
  found.sort((a, b) => b.score - a.score || a.order[0] - b.order[0] || a.order[1] - b.order[1]);
  return found.map(({ left, right }) => [left, right]);
}

function addedTokens(tokens: string[], types: number[]): Json[] {
  const added: Json[] = [];
  for (const [id, content] of tokens.entries()) {
    const type = types[id];
    if (type !== TOKEN_TYPE.control && type !== TOKEN_TYPE.userDefined && type !== TOKEN_TYPE.unknown)
      continue;
    const special = type !== TOKEN_TYPE.userDefined;
    added.push({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special });
  }
  return added;
}

function startsWith(token: string, id: number): Json {
  const special = { SpecialToken: { id: token, type_id: 0 } };
  const [a, b] = ["A", "B"].map((sequence, type_id) => ({ Sequence: { id: sequence, type_id } }));
  return {
    type: "TemplateProcessing",
    single: [special, a],
    pair: [special, a, { SpecialToken: { id: token, type_id: 1 } }, b],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

function unknown(file: string, kind: string): Failure {
  return new Failure("INVALID_INPUT", "gguf-tokenizer", { file, kind });
}
