/**
 * The tokenizer of a model folder as Transformers 5 reads it: tokenizer.json, tokenizer_config.json, the older
 * special_tokens_map.json and added_tokens.json, generation_config.json and the chat templates. Training, GGUF
 * conversion and serving read it here and nowhere else.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { TemplateSource } from "../chat-template/chat-template";
import { parseJson, readJson } from "./read-json";
import { templatesOf } from "./read-templates";
import {
  type AddedToken,
  addedTokens,
  decoderTokens,
  idsOf,
  type Json,
  numberedTokens,
  PLAIN,
  vocabularyOf,
} from "./token-entries";

export type TokenizerFiles = {
  /** tokenizer.json as it lies there, and read. */
  bytes: Buffer;
  json: Json;
  /** `bos_token`, `eos_token` and others: texts by the names that templates use. */
  special: Readonly<Record<string, string>>;
  /** All tokens beside the vocabulary, in the order of their ids. */
  added: readonly AddedToken[];
  /** Of those, the ones that tokenizer.json does not have, or has otherwise. */
  missing: readonly AddedToken[];
  /** The configuration wants special tokens in texts to be read as words. */
  splitSpecial: boolean;
  templates: TemplateSource | undefined;
  /** Ids that end an answer, the tokenizer's own end token first. */
  endIds: readonly number[];
};

/** Every name that Transformers hands to a template. */
const SPECIAL = [
  "bos_token",
  "eos_token",
  "unk_token",
  "sep_token",
  "pad_token",
  "cls_token",
  "mask_token",
] as const;

const FILE = "tokenizer.json";

/** All files that say what the tokenizer is: they go where it goes. */
export const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "generation_config.json",
] as const;

/**
 * @throws Failure `model-file` when tokenizer.json is missing or any of the files is not JSON, `tokenizer-entry` for an
 * entry that cannot be what it should be
 */
export async function readTokenizerFiles(dir: string): Promise<TokenizerFiles> {
  const bytes = await readFile(join(dir, "tokenizer.json")).catch((cause: unknown) => {
    throw new Failure("INVALID_INPUT", "model-file", { file: "tokenizer.json" }, { cause });
  });
  const [stored, generation, model] = await Promise.all([
    readJson(dir, "tokenizer_config.json", {}),
    readJson(dir, "generation_config.json", {}),
    readJson(dir, "config.json", {}),
  ]);
  const json = parseJson(bytes.toString("utf8"), "tokenizer.json");
  const older = stored.added_tokens_decoder === undefined;
  // As Transformers: files of the older layout count only where the configuration lists no added tokens itself.
  const [map, numbers] = older
    ? await Promise.all([
        readJson(dir, "special_tokens_map.json", {}),
        readJson(dir, "added_tokens.json", {}),
      ])
    : [{}, {}];
  const config = { ...stored, ...map };
  const special = namedTokens(config, json);
  const own = new Map(addedTokens(json.added_tokens, FILE).map((token) => [token.content, token]));
  const added = new Map(own);
  const names = new Set(Object.values(special));
  const more = older
    ? numberedTokens(numbers, names, "added_tokens.json")
    : decoderTokens(stored.added_tokens_decoder, "tokenizer_config.json");
  // What the configuration says of a token counts more than tokenizer.json, but for its number.
  for (const token of more) {
    const known = added.get(token.content);
    if (!known || !older) added.set(token.content, known ? { ...token, id: known.id } : token);
  }
  const vocabulary = vocabularyOf(json, FILE);
  const idOf = (content: string) => added.get(content)?.id ?? vocabulary.get(content);
  let next = 1 + Math.max(lastOf(Array.from(added.values(), ({ id }) => id)), lastOf(vocabulary.values()));
  for (const content of [...names, ...extraTokens(config)]) {
    if (added.has(content)) continue;
    added.set(content, { ...PLAIN, id: vocabulary.get(content) ?? next++, content, special: true });
  }
  const inOrder = [...added.values()].sort((a, b) => a.id - b.id);
  const eos = special.eos_token === undefined ? undefined : idOf(special.eos_token);
  const generated = generation.eos_token_id ?? undefined;
  const ended =
    generated === undefined
      ? idsOf(model.eos_token_id, "config.json")
      : idsOf(generated, "generation_config.json");
  const endIds = [eos, ...ended].filter((id) => id !== undefined);
  return {
    bytes,
    json,
    special,
    added: inOrder,
    missing: inOrder.filter((token) => !sameToken(own.get(token.content), token)),
    splitSpecial: stored.split_special_tokens === true,
    templates: await templatesOf(dir, stored),
    endIds: [...new Set(endIds)],
  };
}

/** Texts by the names that templates use: those that every model may have, and further ones of this model. */
function namedTokens(config: Json, json: Json): Record<string, string> {
  const { extra_special_tokens: extra } = config;
  const more = extra !== null && typeof extra === "object" && !Array.isArray(extra) ? (extra as Json) : {};
  const own = Object.keys(config).filter((name) => name.endsWith("_token") && !/^add_/.test(name));
  const special = new Map<string, string>();
  for (const name of new Set<string>([...SPECIAL, ...own])) {
    const text = tokenText(config, name);
    if (text !== undefined) special.set(name, text);
  }
  for (const name of Object.keys(more)) {
    const text = tokenText(more, name);
    if (text !== undefined) special.set(name, text);
  }
  const padding = tokenText((json.padding ?? {}) as Json, "pad_token");
  if (padding !== undefined && !special.has("pad_token")) special.set("pad_token", padding);
  return Object.fromEntries(special);
}

/** Further special tokens without names, under the newer and the older key. */
function extraTokens(config: Json): string[] {
  const { extra_special_tokens: extra, additional_special_tokens: older } = config;
  const list = Array.isArray(extra) && extra.length > 0 ? extra : Array.isArray(older) ? older : [];
  return list.flatMap((token: unknown) => tokenText({ token }, "token") ?? []);
}

function lastOf(ids: Iterable<number>): number {
  let last = -1;
  for (const id of ids) last = Math.max(last, id);
  return last;
}

const sameToken = (a: AddedToken | undefined, b: AddedToken) =>
  a !== undefined &&
  a.special === b.special &&
  a.lstrip === b.lstrip &&
  a.rstrip === b.rstrip &&
  a.single_word === b.single_word &&
  a.normalized === b.normalized;

/** The text of a special token, which is a string or an object with its `content`. */
function tokenText(config: Json, key: string): string | undefined {
  const value = config[key];
  if (typeof value === "string") return value;
  const content = (value as Json | null | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}
