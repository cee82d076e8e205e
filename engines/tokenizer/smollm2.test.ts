import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { Message } from "../chat-template/message";
import { realModel } from "../hub/_testing/real-model";
import { type LoadedTokenizer, loadTokenizer } from "./load";

type Chat = { messages: Message[]; text: string; prompt: string; ids: number[] };
/** Made with Transformers 5 from the same folder. */
const { rows, chats }: { rows: { text: string; ids: number[] }[]; chats: Chat[] } = JSON.parse(
  readFileSync(new URL("./_fixtures/smollm2-transformers.json", import.meta.url), "utf8"),
);

let tokenizer: LoadedTokenizer;
beforeAll(async () => {
  tokenizer = await loadTokenizer((await realModel()).dir);
});

describe("SmolLM2's tokenizer, rebuilt from its GGUF", () => {
  test.each(rows)("reads $text as Transformers does", async ({ text, ids }) => {
    expect(await tokenizer.encode(text, { special: false })).toEqual(ids);
    expect(await tokenizer.decode(ids)).toBe(text);
  });

  test.each(chats)(
    "renders and reads a chat as Transformers does",
    async ({ messages, text, prompt, ids }) => {
      expect(tokenizer.renderChat(messages)).toBe(text);
      expect(tokenizer.renderChat(messages.slice(0, -1), { addGenerationPrompt: true })).toBe(prompt);
      const encoded = await tokenizer.encodeChat(messages);
      expect(encoded.ids).toEqual(ids);
      const answers = messages
        .filter(({ role }) => role === "assistant")
        .map(({ content }) => `${content}<|im_end|>`);
      expect(await tokenizer.decode(encoded.ids.filter((_, i) => encoded.mask[i]))).toBe(answers.join(""));
    },
  );
});
