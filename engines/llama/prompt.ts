import type { LlamaModel, Token } from "node-llama-cpp";
import { Failure } from "@/graph/problems";
import { type ChatMessage, renderChat } from "./chat-template";

/** A plain text to continue, or a conversation to answer with the model's own chat template. */
export type Prompt = string | readonly ChatMessage[];

/** @throws Failure `no-chat-template`, `chat-template-refused` */
export function promptTokens(model: LlamaModel, prompt: Prompt, chatTemplate: string | undefined): Token[] {
  if (typeof prompt !== "string") return model.tokenize(chatText(model, prompt, chatTemplate), true);
  const { bos, shouldPrependBosToken } = model.tokens;
  return [...(shouldPrependBosToken && bos !== null ? [bos] : []), ...model.tokenize(prompt, true)];
}

function chatText(model: LlamaModel, messages: readonly ChatMessage[], fallback: string | undefined): string {
  const source = model.fileInfo.metadata.tokenizer?.chat_template ?? fallback;
  if (!source) throw new Failure("INVALID_INPUT", "no-chat-template", {});
  const { bosString, eosString } = model.tokens;
  return renderChat({ source, bos: bosString ?? "", eos: eosString ?? "" }, messages);
}
