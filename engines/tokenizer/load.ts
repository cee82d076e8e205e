/** A model folder's tokenizer and chat template. */
import { createHash } from "node:crypto";
import { AddedToken, type Encoding, Tokenizer } from "tokenizers";
import { Failure } from "@/graph/problems";
import { type LossSpans, lossSpans } from "../chat-template/answer-spans";
import { ChatTemplate, type RenderedChat, type RenderOptions } from "../chat-template/chat-template";
import type { ChatMessage } from "../chat-template/message";
import type { Clock, Span } from "../jinja/template";
import { lossMask } from "./loss-mask";
import { readTokenizerFiles, type TokenizerFiles } from "./read-files";
import { defaultTemplate } from "./read-templates";
import { runawayPattern } from "./runaway-pattern";

/** `mask[i]` is 1 when `ids[i]` counts in the loss. `untrained[i]` is 1 when it must not, although all else counts. */
export type Encoded = { ids: number[]; mask: number[]; untrained?: number[] };

export type LoadedTokenizer = {
  /** Identity: sha256 of tokenizer.json. */
  tokenizer: string;
  /** Identity: sha256 of the template's text; undefined when the model has none. */
  template: string | undefined;
  /** Whether the template reads what the model may call. */
  readsTools: boolean;
  vocabulary: number;
  /** Id of the token that ends a text. */
  eos: number | undefined;
  /** `special` (default true) adds the tokens that the model wants around a text, such as BOS. */
  encode(text: string, options?: { special?: boolean }): Promise<number[]>;
  encodeBatch(texts: readonly string[], options?: { special?: boolean }): Promise<number[][]>;
  decode(ids: readonly number[], options?: { skipSpecial?: boolean }): Promise<string>;
  /** @throws Failure `chat-template`, `chat-template-missing` */
  renderChat(messages: readonly ChatMessage[], options?: RenderOptions): string;
  /** Mask 1 on what the assistant wrote and the token that ends its turn. */
  encodeChat(messages: readonly ChatMessage[]): Promise<Encoded>;
  /**
   * As `encodeChat`, many at once, each with the tools that it may call. A message's own `train` stands above its role.
   * A conversation that the template refuses gives its Failure.
   */
  encodeChats(
    conversations: readonly (readonly ChatMessage[])[],
    tools?: readonly (readonly object[] | undefined)[],
  ): Promise<(Encoded | Failure)[]>;
};

type Chat = { rendered: RenderedChat } & LossSpans;

/**
 * `clock`: what the template takes for today; a pinned day when absent.
 * @throws Failure `model-file`, `tokenizer-corrupt`, `tokenizer-pattern`
 */
export async function loadTokenizer(
  dir: string,
  { clock }: { clock?: Clock } = {},
): Promise<LoadedTokenizer> {
  const files = await readTokenizerFiles(dir);
  const native = open(files, true);
  /** Reads special tokens as the words they are written with. Rarely needed, so made when first asked for. */
  let wordsOnly: Tokenizer | undefined;
  const source = defaultTemplate(files.templates);
  const specialTexts = files.added.filter(({ special }) => special).map(({ content }) => content);
  const template =
    files.templates === undefined
      ? undefined
      : new ChatTemplate(files.templates, files.special, specialTexts);
  const { eos_token: eosText } = files.special;
  const enders = specialTexts.filter((text) => text !== files.special.bos_token || text === eosText);
  for (const id of files.endIds) {
    const text = files.added.find((token) => token.id === id)?.content;
    if (text !== undefined && !enders.includes(text)) enders.push(text);
  }

  const render = (messages: readonly ChatMessage[], options: RenderOptions = {}): RenderedChat => {
    if (!template) throw new Failure("INVALID_INPUT", "chat-template-missing");
    return template.render(messages, { ...(clock && { clock }), ...options });
  };
  const encodeChats: LoadedTokenizer["encodeChats"] = async (conversations, tools = []) => {
    const chats = conversations.map((marked, i) =>
      attempt((): Chat => {
        const marks = marked.map(({ train }) => (typeof train === "boolean" ? train : undefined));
        const messages = marked.map(({ train: _, ...message }): ChatMessage => message);
        const again = (other: readonly ChatMessage[], addGenerationPrompt = false) =>
          render(other, { addGenerationPrompt, tools: tools[i] });
        const rendered = again(messages);
        return { rendered, ...lossSpans(messages, marks, rendered, again, enders) };
      }),
    );
    const good = chats.filter((one): one is Chat => !(one instanceof Failure));
    const pieces = good.flatMap(({ rendered }) => rendered.pieces);
    if (pieces.some(({ literal }) => literal)) wordsOnly ??= open(files, false);
    const [read, spelled] = [false, true].map((literal) =>
      pieces.flatMap((piece) => (piece.literal === literal ? [piece.text] : [])),
    );
    const [encodings, words] = await Promise.all([
      encodeAll(native, read!, false),
      wordsOnly && spelled!.length > 0 ? encodeAll(wordsOnly, spelled!, false) : [],
    ]);
    const [nextRead, nextWords] = [encodings[Symbol.iterator](), words[Symbol.iterator]()];
    return chats.map((one): Encoded | Failure => {
      if (one instanceof Failure) return one;
      const { ids, offsets } = joined(
        one.rendered.pieces.map((piece) => ({
          text: piece.text,
          encoding: (piece.literal ? nextWords : nextRead).next().value!,
        })),
      );
      const maskOf = (spans: readonly Span[]) => lossMask(one.rendered.text, spans, offsets);
      const untrained = one.untrained.length > 0 && { untrained: maskOf(one.untrained) };
      return { ids, mask: maskOf(one.trained), ...untrained };
    });
  };

  return {
    tokenizer: sha256(files.bytes),
    template: source === undefined ? undefined : sha256(source),
    readsTools: template?.readsTools ?? false,
    vocabulary: Math.max(native.getVocabSize(true), 1 + (files.added.at(-1)?.id ?? -1)),
    eos: files.added.find(({ content }) => content === eosText)?.id,
    encode: async (one, options) => {
      const [encoding] = await encodeAll(native, [one], options?.special ?? true);
      return encoding!.getIds();
    },
    encodeBatch: async (texts, options) =>
      (await encodeAll(native, texts, options?.special ?? true)).map((encoding) => encoding.getIds()),
    decode: (ids, options) => native.decode([...ids], options?.skipSpecial ?? false),
    renderChat: (messages, options) => render(messages, options).text,
    encodeChat: async (messages) => {
      const [encoded] = await encodeChats([messages]);
      if (encoded instanceof Failure) throw encoded;
      return encoded!;
    },
    encodeChats,
  };
}

/** Ids of the pieces in a row, with offsets into the whole text. */
function joined(pieces: readonly { text: string; encoding: Encoding }[]): {
  ids: number[];
  offsets: number[][];
} {
  const [only] = pieces;
  if (pieces.length === 1 && only)
    return { ids: only.encoding.getIds(), offsets: only.encoding.getOffsets() };
  const ids: number[] = [];
  const offsets: number[][] = [];
  let before = 0;
  for (const { text, encoding } of pieces) {
    for (const id of encoding.getIds()) ids.push(id);
    for (const [start = 0, end = 0] of encoding.getOffsets()) offsets.push([start + before, end + before]);
    before += Array.from(text).length;
  }
  return { ids, offsets };
}

/** `withSpecial` false: without the special tokens beside the vocabulary, so that their texts are words. */
function open(
  { bytes, json, missing, added, splitSpecial }: TokenizerFiles,
  withSpecial: boolean,
): Tokenizer {
  if (runawayPattern(json.pre_tokenizer) ?? runawayPattern(json.normalizer))
    throw new Failure("INVALID_INPUT", "tokenizer-pattern", {});
  try {
    const words = { ...json, added_tokens: added.filter(({ special }) => !special) };
    const source = !withSpecial
      ? JSON.stringify({ ...json, added_tokens: [], post_processor: null })
      : splitSpecial
        ? JSON.stringify(words)
        : bytes.toString("utf8");
    const tokenizer = Tokenizer.fromString(source);
    tokenizer.disableTruncation();
    tokenizer.disablePadding();
    const more = withSpecial && !splitSpecial ? missing : [];
    if (more.length > 0) {
      tokenizer.addAddedTokens(
        more.map(
          ({ content, special, lstrip, rstrip, single_word: singleWord, normalized }) =>
            new AddedToken(content, special, {
              leftStrip: lstrip,
              rightStrip: rstrip,
              singleWord,
              normalized,
            }),
        ),
      );
    }
    return tokenizer;
  } catch (cause) {
    throw new Failure("INVALID_INPUT", "tokenizer-corrupt", {}, { cause });
  }
}

function encodeAll(
  native: Tokenizer,
  texts: readonly string[],
  addSpecialTokens: boolean,
): Promise<Encoding[]> {
  return texts.length === 0 ? Promise.resolve([]) : native.encodeBatch([...texts], { addSpecialTokens });
}

function attempt<T>(make: () => T): T | Failure {
  try {
    return make();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

export function sha256(data: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}
