/** A model folder's tokenizer and chat template. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Encoding, Tokenizer } from "tokenizers";
import { Failure } from "@/graph/problems";
import { chatTemplate, readJson, tokenText } from "../gguf/model-folder";
import { answerSpans, maskOf, type Span } from "./answer-spans";
import { ChatTemplate, type Message, type RenderOptions } from "./chat-template";

/** `mask[i]` is 1 when `ids[i]` counts in the loss. */
export type Encoded = { ids: number[]; mask: number[] };

export type LoadedTokenizer = {
  /** Identity: sha256 of tokenizer.json. */
  tokenizer: string;
  /** Identity: sha256 of the template's text; undefined when the model has none. */
  template: string | undefined;
  vocabulary: number;
  /** Id of the token that ends a text. */
  eos: number | undefined;
  /** `special` (default true) adds the tokens that the model wants around a text, such as BOS. */
  encode(text: string, options?: { special?: boolean }): Promise<number[]>;
  encodeBatch(texts: readonly string[], options?: { special?: boolean }): Promise<number[][]>;
  decode(ids: readonly number[], options?: { skipSpecial?: boolean }): Promise<string>;
  /** @throws Failure `chat-template`, `chat-template-missing` */
  renderChat(messages: readonly Message[], options?: RenderOptions): string;
  /** Mask 1 on what the assistant wrote and the token that ends its turn. */
  encodeChat(messages: readonly Message[]): Promise<Encoded>;
  /** As `encodeChat`, many at once. A conversation that the template refuses gives its Failure. */
  encodeChats(conversations: readonly (readonly Message[])[]): Promise<(Encoded | Failure)[]>;
};

type Rendered = { chat: string; spans: Span[] };

const SPECIAL_TOKENS = ["bos_token", "eos_token", "pad_token", "unk_token"] as const;

/** @throws Failure `model-file`, `tokenizer-corrupt` */
export async function loadTokenizer(dir: string): Promise<LoadedTokenizer> {
  const [bytes, config] = await Promise.all([
    readFile(join(dir, "tokenizer.json")).catch((cause: unknown) => {
      throw new Failure("INVALID_INPUT", "model-file", { file: "tokenizer.json" }, { cause });
    }),
    readJson(dir, "tokenizer_config.json", {}),
  ]);
  const text = bytes.toString("utf8");
  const native = parse(text);
  const source = await chatTemplate(dir, config);
  const special = Object.fromEntries(
    SPECIAL_TOKENS.flatMap((name) => {
      const token = tokenText(config, name);
      return token === undefined ? [] : [[name, token]];
    }),
  );
  const template = source === undefined ? undefined : new ChatTemplate(source, special);
  const enders = turnEnders(text, special);

  const renderChat = (messages: readonly Message[], options?: RenderOptions) => {
    if (!template) throw new Failure("INVALID_INPUT", "chat-template-missing");
    return template.render(messages, options);
  };
  const encodeChats = async (conversations: readonly (readonly Message[])[]) => {
    const rendered = conversations.map((messages) =>
      attempt((): Rendered => {
        const chat = renderChat(messages);
        return { chat, spans: answerSpans(messages, chat, renderChat, enders) };
      }),
    );
    const good = rendered.filter((one): one is Rendered => !(one instanceof Failure));
    const encodings = await encodeAll(
      native,
      good.map(({ chat }) => chat),
      false,
    );
    let next = 0;
    return rendered.map((one): Encoded | Failure => {
      if (one instanceof Failure) return one;
      const encoding = encodings[next++]!;
      return { ids: encoding.getIds(), mask: maskOf(one.chat, one.spans, encoding.getOffsets()) };
    });
  };
  return {
    tokenizer: sha256(bytes),
    template: source === undefined ? undefined : sha256(source),
    vocabulary: native.getVocabSize(true),
    eos: special.eos_token === undefined ? undefined : (native.tokenToId(special.eos_token) ?? undefined),
    encode: async (one, options) => {
      const [encoding] = await encodeAll(native, [one], options?.special ?? true);
      return encoding!.getIds();
    },
    encodeBatch: async (texts, options) =>
      (await encodeAll(native, texts, options?.special ?? true)).map((encoding) => encoding.getIds()),
    decode: (ids, options) => native.decode([...ids], options?.skipSpecial ?? false),
    renderChat,
    encodeChat: async (messages) => {
      const [encoded] = await encodeChats([messages]);
      if (encoded instanceof Failure) throw encoded;
      return encoded!;
    },
    encodeChats,
  };
}

function parse(json: string): Tokenizer {
  try {
    const tokenizer = Tokenizer.fromString(json);
    tokenizer.disableTruncation();
    tokenizer.disablePadding();
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

/** Every special token but the one that begins a text, unless that one also ends it. */
function turnEnders(tokenizerJson: string, special: Readonly<Record<string, string>>): string[] {
  const { added_tokens: added = [] } = JSON.parse(tokenizerJson) as {
    added_tokens?: { content: string; special: boolean }[];
  };
  return added
    .filter(
      (token) =>
        token.special && (token.content !== special.bos_token || token.content === special.eos_token),
    )
    .map((token) => token.content);
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
