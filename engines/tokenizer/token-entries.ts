/** Tokens and their numbers as tokenizer files list them. An entry that cannot be what it should be is refused with its file and name. Pure. */
import { Failure } from "@/graph/problems";

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

export const PLAIN = { lstrip: false, rstrip: false, single_word: false, normalized: false };

/** Far beyond any vocabulary: a number above it is a mistake, and tables by number would be as long. */
const MOST_TOKENS = 10_000_000;

/** What is wrong: `token` is no number with a text, `id` is no number of a token, `twice` has the number of another. */
type Fault = "token" | "id" | "twice" | "list" | "kind" | "text";

/** @throws Failure `tokenizer-entry` always */
export function refuse(file: string, fault: Fault, entry: unknown): never {
  const shown = typeof entry === "string" ? entry : (JSON.stringify(entry) ?? String(entry));
  throw new Failure("INVALID_INPUT", "tokenizer-entry", { file, fault, entry: shown.slice(0, 100) });
}

const isId = (id: unknown): id is number =>
  typeof id === "number" && Number.isSafeInteger(id) && id >= 0 && id < MOST_TOKENS;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `added_tokens` of tokenizer.json. */
export function addedTokens(list: unknown, file: string): AddedToken[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) refuse(file, "list", "added_tokens");
  const tokens = list.map((token: unknown) => addedToken(token, file));
  return withOwnIds(tokens, file);
}

/** `added_tokens_decoder`: tokens by their ids. */
export function decoderTokens(listed: unknown, file: string): AddedToken[] {
  if (listed === undefined || listed === null) return [];
  if (!isObject(listed)) refuse(file, "list", "added_tokens_decoder");
  const tokens = Object.entries(listed).map(([id, token]) => {
    if (!/^\d+$/.test(id)) refuse(file, "id", id);
    return addedToken(isObject(token) ? { ...token, id: Number(id) } : token, file);
  });
  return withOwnIds(tokens, file);
}

/** added_tokens.json: ids by their tokens. */
export function numberedTokens(listed: Json, special: ReadonlySet<string>, file: string): AddedToken[] {
  const tokens = Object.entries(listed).map(([content, id]) => {
    if (!isId(id)) refuse(file, "id", { [content]: id });
    return { ...PLAIN, id, content, special: special.has(content), normalized: !special.has(content) };
  });
  return withOwnIds(tokens, file);
}

function addedToken(token: unknown, file: string): AddedToken {
  if (!isObject(token) || typeof token.content !== "string") refuse(file, "token", token);
  const { id, content } = token;
  if (!isId(id)) refuse(file, "id", { id, content });
  const flag = (name: string) => token[name] === true;
  return {
    id,
    content,
    special: flag("special"),
    lstrip: flag("lstrip"),
    rstrip: flag("rstrip"),
    single_word: flag("single_word"),
    normalized: flag("normalized"),
  };
}

/** One number stands for one text: with two nobody could say which was meant. */
function withOwnIds(tokens: AddedToken[], file: string): AddedToken[] {
  const texts = new Map<number, string>();
  for (const { id, content } of tokens) {
    const other = texts.get(id);
    if (other !== undefined && other !== content) refuse(file, "twice", { id, content });
    texts.set(id, content);
  }
  return tokens;
}

/** Models that the tokenizers library has. Older files name none: it tells them by their parts. */
const MODELS: ReadonlySet<unknown> = new Set([undefined, "BPE", "WordPiece", "WordLevel", "Unigram"]);

/** Numbers of words by their text. */
export function vocabularyOf(json: Json, file: string): Map<string, number> {
  const { model = {} } = json;
  if (!isObject(model)) refuse(file, "list", "model");
  if (!MODELS.has(model.type)) refuse(file, "kind", model.type);
  const { vocab = {} } = model;
  if (Array.isArray(vocab)) {
    if (vocab.length > MOST_TOKENS) refuse(file, "list", "vocab");
    return new Map(
      vocab.map((entry: unknown, id) => {
        if (!Array.isArray(entry) || typeof entry[0] !== "string") refuse(file, "token", entry);
        return [entry[0], id];
      }),
    );
  }
  if (!isObject(vocab)) refuse(file, "list", "vocab");
  const words = new Map<string, number>();
  const taken = new Set<number>();
  for (const content of Object.keys(vocab)) {
    const id = vocab[content];
    if (!isId(id)) refuse(file, "id", { [content]: id });
    if (taken.has(id)) refuse(file, "twice", { [content]: id });
    taken.add(id);
    words.set(content, id);
  }
  return words;
}

/** One id or a list of them; a negative one stands for none. */
export function idsOf(value: unknown, file: string): number[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((id) => {
    if (id === null || id === undefined) return [];
    if (typeof id === "number" && Number.isSafeInteger(id) && id < 0) return [];
    if (!isId(id)) refuse(file, "id", { eos_token_id: id });
    return [id];
  });
}
