/** The `tokenizer.*` metadata of a GGUF file from tokenizer.json, as convert_hf_to_gguf.py writes it. */
import { Failure } from "@/graph/problems";
import type { TokenizerFiles } from "../tokenizer/read-files";
import { defaultTemplate } from "../tokenizer/read-templates";
import type { AddedToken } from "../tokenizer/token-entries";
import { type Json, nameOfPreTokenizer } from "./pre-tokenizers";
import { TOKEN_TYPE } from "./tokenizer-from-gguf";
import type { MetadataEntry } from "./write";

/** @throws Failure `model-tokenizer` when llama.cpp could not split text the same way */
export function tokenizerMetadata(files: TokenizerFiles, vocabulary: number): MetadataEntry[] {
  const { json: tokenizer, added } = files;
  const model = (tokenizer.model ?? {}) as Json;
  if (model.type !== "BPE") throw unsupported(String(model.type));
  const vocab = model.vocab as Record<string, number>;
  const merges = ((model.merges ?? []) as (string | [string, string])[]).map((merge) =>
    typeof merge === "string" ? merge : merge.map((part) => part.replaceAll(" ", "Ġ")).join(" "),
  );
  const sentencePiece = model.byte_fallback === true;
  // A padding token that only the configuration names has no row, and none is needed: what is padded is masked.
  const held = added.filter(({ id, content }) => id < vocabulary || content !== files.special.pad_token);
  const { tokens, types } = tokenTable(vocab, held, vocabulary, sentencePiece, model.unk_token);
  const kind = sentencePiece
    ? sentencePieceMetadata(tokenizer, tokens, merges)
    : byteLevelMetadata(tokenizer, merges);
  return [
    ...kind,
    ["tokenizer.ggml.tokens", "strings", tokens],
    ["tokenizer.ggml.token_type", "i32s", types],
    ...specialIds(files, new Map(tokens.map((token, id) => [token, id]))),
    ["tokenizer.ggml.add_bos_token", "bool", addsBos(files)],
    ...templateEntries(files.templates),
  ];
}

/** Beside the default template each further one stands under its name, and the names in a list of their own. */
function templateEntries(templates: TokenizerFiles["templates"]): MetadataEntry[] {
  const template = defaultTemplate(templates);
  if (template === undefined) return [];
  const first: MetadataEntry = ["tokenizer.chat_template", "string", template];
  if (typeof templates === "string" || templates === undefined) return [first];
  const others = [...templates].filter(([name, text]) => name !== "default" && text !== template);
  if (others.length === 0) return [first];
  const named = others.map(
    ([name, text]): MetadataEntry => [`tokenizer.chat_template.${name}`, "string", text],
  );
  return [["tokenizer.chat_templates", "strings", others.map(([name]) => name)], ...named, first];
}

function tokenTable(
  vocab: Record<string, number>,
  added: readonly AddedToken[],
  vocabulary: number,
  bytes: boolean,
  unknown: unknown,
): { tokens: string[]; types: number[] } {
  // Rows of the embedding beyond the vocabulary are padding.
  const tokens = Array.from({ length: vocabulary }, (_, id) => `[PAD${id}]`);
  const types: number[] = tokens.map(() => TOKEN_TYPE.unused);
  for (const [token, id] of Object.entries(vocab)) {
    if (id >= vocabulary)
      throw new Failure("INVALID_INPUT", "model-vocabulary", { tokens: id + 1, rows: vocabulary });
    tokens[id] = token;
    types[id] =
      bytes && /^<0x[0-9A-F]{2}>$/.test(token)
        ? TOKEN_TYPE.byte
        : token === unknown
          ? TOKEN_TYPE.unknown
          : TOKEN_TYPE.normal;
  }
  for (const { id, content, special } of added) {
    if (id >= vocabulary)
      throw new Failure("INVALID_INPUT", "model-vocabulary", { tokens: id + 1, rows: vocabulary });
    tokens[id] = content;
    if (types[id] !== TOKEN_TYPE.unknown) types[id] = special ? TOKEN_TYPE.control : TOKEN_TYPE.userDefined;
  }
  return { tokens, types };
}

function byteLevelMetadata(tokenizer: Json, merges: string[]): MetadataEntry[] {
  const pre = nameOfPreTokenizer(tokenizer.pre_tokenizer);
  if (!pre || tokenizer.normalizer) throw unsupported("pre-tokenizer");
  return [
    ["tokenizer.ggml.model", "string", "gpt2"],
    ["tokenizer.ggml.pre", "string", pre],
    ["tokenizer.ggml.merges", "strings", merges],
    ["tokenizer.ggml.add_space_prefix", "bool", false],
  ];
}

/** A piece's score is the rank of the first merge that makes it: that is how SentencePiece numbered them. */
function sentencePieceMetadata(tokenizer: Json, tokens: string[], merges: string[]): MetadataEntry[] {
  const rank = new Map<string, number>();
  for (const [i, merge] of merges.entries()) {
    const made = merge.replace(" ", "");
    if (!rank.has(made)) rank.set(made, i);
  }
  const prefix = JSON.stringify(tokenizer.normalizer ?? tokenizer.pre_tokenizer ?? "");
  return [
    ["tokenizer.ggml.model", "string", "llama"],
    ["tokenizer.ggml.pre", "string", "default"],
    ["tokenizer.ggml.scores", "f32s", tokens.map((token) => -(rank.get(token) ?? merges.length))],
    ["tokenizer.ggml.add_space_prefix", "bool", /"Prepend"|"prepend_scheme":"(first|always)"/.test(prefix)],
  ];
}

/** llama.cpp ends an answer at three tokens of its own names; further ones have no place in the file. */
const ENDS = ["eos", "eot", "eom"] as const;

function specialIds({ special, endIds }: TokenizerFiles, ids: ReadonlyMap<string, number>): MetadataEntry[] {
  const entries: MetadataEntry[] = [];
  for (const [name, key] of [
    ["bos", "bos"],
    ["pad", "padding"],
    ["unk", "unknown"],
  ] as const) {
    const id = ids.get(special[`${name}_token`] ?? "");
    if (id !== undefined) entries.push([`tokenizer.ggml.${key}_token_id`, "u32", id]);
  }
  for (const [i, id] of endIds.slice(0, ENDS.length).entries())
    entries.push([`tokenizer.ggml.${ENDS[i]!}_token_id`, "u32", id]);
  return entries;
}

function addsBos({ json, special }: TokenizerFiles): boolean {
  const bos = special.bos_token;
  const post = JSON.stringify(json.post_processor ?? null);
  return bos !== undefined && post.includes('"TemplateProcessing"') && post.includes(JSON.stringify(bos));
}

function unsupported(kind: string): Failure {
  return new Failure("INVALID_INPUT", "model-tokenizer", { kind });
}
