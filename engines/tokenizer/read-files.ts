/**
 * The tokenizer of a model folder as Transformers 5 reads it: tokenizer.json, tokenizer_config.json, the older
 * special_tokens_map.json and added_tokens.json, generation_config.json and the chat templates. Training, GGUF
 * conversion and serving read it here and nowhere else.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { TemplateSource } from "../chat-template/chat-template";

export type Json = { [key: string]: unknown };

export type AddedToken = {
  id: number;
  content: string;
  special: boolean;
  lstrip: boolean;
  rstrip: boolean;
  single_word: boolean;
  normalized: boolean;
};

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

/** All files that say what the tokenizer is: they go where it goes. */
export const TOKENIZER_FILES = [
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "generation_config.json",
] as const;

/** @throws Failure `model-file` when tokenizer.json is missing or any of the files is not JSON */
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
  const own = new Map(addedOf(json.added_tokens).map((token) => [token.content, token]));
  const added = new Map(own);
  const names = new Set(Object.values(special));
  const more = older ? numbered(numbers, names) : decoder(stored.added_tokens_decoder);
  // What the configuration says of a token counts more than tokenizer.json, but for its number.
  for (const token of more) {
    const known = added.get(token.content);
    if (!known || !older) added.set(token.content, known ? { ...token, id: known.id } : token);
  }
  const vocabulary = vocabularyOf(json);
  const idOf = (content: string) => added.get(content)?.id ?? vocabulary.get(content);
  let next = 1 + Math.max(lastOf(Array.from(added.values(), ({ id }) => id)), lastOf(vocabulary.values()));
  for (const content of [...names, ...extraTokens(config)]) {
    if (added.has(content)) continue;
    added.set(content, { ...PLAIN, id: vocabulary.get(content) ?? next++, content, special: true });
  }
  const inOrder = [...added.values()].sort((a, b) => a.id - b.id);
  const eos = special.eos_token === undefined ? undefined : idOf(special.eos_token);
  const endIds = [eos, ...idsOf(generation.eos_token_id ?? model.eos_token_id)].filter(
    (id) => id !== undefined,
  );
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

const PLAIN = { lstrip: false, rstrip: false, single_word: false, normalized: false };

/** Holds templates beside the default one, each in a file of its name. */
const MORE_TEMPLATES = "additional_chat_templates";

/** Templates in files of their own, else those of the configuration: one text, or several with names. */
async function templatesOf(dir: string, config: Json): Promise<TemplateSource | undefined> {
  const beside = await readFile(join(dir, "chat_template.jinja"), "utf8").catch(() => undefined);
  const files = await readdir(join(dir, MORE_TEMPLATES)).catch(() => []);
  const more = files.filter((name) => name.endsWith(".jinja")).sort();
  if (more.length > 0) {
    const found = new Map<string, string>(beside === undefined ? [] : [["default", beside]]);
    for (const file of more)
      found.set(file.slice(0, -".jinja".length), await readFile(join(dir, MORE_TEMPLATES, file), "utf8"));
    return found;
  }
  if (beside !== undefined) return beside;
  const { chat_template: template } = config;
  if (typeof template === "string") return template;
  if (!Array.isArray(template)) return undefined;
  const named = (template as { name?: unknown; template?: unknown }[]).flatMap(({ name, template: text }) =>
    typeof name === "string" && typeof text === "string" ? [[name, text] as const] : [],
  );
  return named.length === 0 ? undefined : new Map(named);
}

/** For a folder that may have no tokenizer.json, such as that of a GGUF file. */
export async function readTemplates(dir: string): Promise<TemplateSource | undefined> {
  return templatesOf(dir, await readJson(dir, "tokenizer_config.json", {}));
}

/** What a template is known by, and what a GGUF file keeps of several: the default one. */
export function defaultTemplate(templates: TemplateSource | undefined): string | undefined {
  if (templates === undefined || typeof templates === "string") return templates;
  return templates.get("default") ?? [...templates.values()][0];
}

export async function readJson(dir: string, name: string, fallback?: Json): Promise<Json> {
  const text = await readFile(join(dir, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Failure("INVALID_INPUT", "model-file", { file: name }, { cause: error });
  });
  if (text === undefined && fallback) return fallback;
  return parseJson(text ?? "", name);
}

function parseJson(text: string, file: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (json !== null && typeof json === "object" && !Array.isArray(json)) return json as Json;
  } catch {}
  throw new Failure("INVALID_INPUT", "model-file", { file });
}

/** The text of a special token, which is a string or an object with its `content`. */
function tokenText(config: Json, key: string): string | undefined {
  const value = config[key];
  if (typeof value === "string") return value;
  const content = (value as Json | null | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}

function addedOf(list: unknown): AddedToken[] {
  if (!Array.isArray(list)) return [];
  return (list as Json[]).flatMap((token) => {
    const { id, content } = token ?? {};
    if (!Number.isSafeInteger(id) || (id as number) < 0 || typeof content !== "string") return [];
    const flag = (name: string) => token[name] === true;
    return [
      {
        id: id as number,
        content,
        special: flag("special"),
        lstrip: flag("lstrip"),
        rstrip: flag("rstrip"),
        single_word: flag("single_word"),
        normalized: flag("normalized"),
      },
    ];
  });
}

/** `added_tokens_decoder`: tokens by their ids. */
function decoder(listed: unknown): AddedToken[] {
  if (listed === null || typeof listed !== "object") return [];
  return addedOf(Object.entries(listed).map(([id, token]) => ({ ...(token as Json), id: Number(id) })));
}

/** added_tokens.json: ids by their tokens. */
function numbered(listed: Json, special: ReadonlySet<string>): AddedToken[] {
  return Object.entries(listed).flatMap(([content, id]) =>
    typeof id === "number"
      ? [{ ...PLAIN, id, content, special: special.has(content), normalized: !special.has(content) }]
      : [],
  );
}

function vocabularyOf(json: Json): Map<string, number> {
  const vocab = (json.model as Json | undefined)?.vocab;
  if (Array.isArray(vocab))
    return new Map(vocab.map((entry: unknown, id) => [String((entry as unknown[])[0]), id]));
  return new Map(Object.entries((vocab ?? {}) as Record<string, number>));
}

function idsOf(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((id): id is number => Number.isSafeInteger(id) && (id as number) >= 0);
}
