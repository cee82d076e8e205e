import type { LlamaModel, Token } from "node-llama-cpp";
import { Failure } from "@/graph/problems";
import { ChatTemplate } from "../chat-template/chat-template";
import type { ChatMessage } from "../chat-template/message";
import { type Clock, clockOf } from "../jinja/template";

/** A plain text to continue, or a conversation to answer with the model's own chat template. */
export type Prompt = string | readonly ChatMessage[];

/** @throws Failure `no-chat-template`, `chat-template` */
export function promptTokens(
  model: LlamaModel,
  prompt: Prompt,
  fallback: string | undefined,
  clock?: Clock,
): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  if (typeof prompt === "string")
    return [...(shouldPrependBosToken && bos !== null ? [bos] : []), ...model.tokenize(prompt, true)];
  const { pieces } = templateOf(model, fallback).render(prompt, {
    addGenerationPrompt: true,
    spellCalls: true,
    clock: clock ?? clockOf(new Date()),
  });
  return pieces.flatMap(({ text, literal }) => model.tokenize(text, !literal));
}

/** A model's template is compiled once. */
const compiled = new WeakMap<LlamaModel, Map<string, ChatTemplate>>();

function templateOf(model: LlamaModel, fallback: string | undefined): ChatTemplate {
  const source = model.fileInfo.metadata.tokenizer?.chat_template ?? fallback;
  if (!source) throw new Failure("INVALID_INPUT", "no-chat-template", {});
  const known = compiled.get(model) ?? new Map<string, ChatTemplate>();
  compiled.set(model, known);
  const found = known.get(source) ?? new ChatTemplate(source, namedTokens(model), controlTokens(model));
  known.set(source, found);
  return found;
}

function namedTokens({ tokens, fileInfo }: LlamaModel): Record<string, string> {
  const { ggml } = fileInfo.metadata.tokenizer ?? {};
  const text = (id: number | undefined) => (id === undefined ? undefined : ggml?.tokens[id]);
  const named = {
    bos_token: tokens.bosString,
    eos_token: tokens.eosString,
    unk_token: text(ggml?.unknown_token_id),
    sep_token: text(ggml?.seperator_token_id),
    pad_token: text(ggml?.padding_token_id),
  };
  return Object.fromEntries(Object.entries(named).flatMap(([name, token]) => (token ? [[name, token]] : [])));
}

/** llama.cpp's number for tokens that steer the model. */
const CONTROL = 3;

function controlTokens({ fileInfo }: LlamaModel): string[] {
  const { tokens = [], token_type: types = [] } = fileInfo.metadata.tokenizer?.ggml ?? {};
  return tokens.filter((text, id) => types[id] === CONTROL && text !== "");
}
