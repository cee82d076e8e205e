import { Template } from "@huggingface/jinja";
import { Failure } from "@/graph/problems";

export type ChatMessage = { role: string; content: string };

export type ChatTemplate = {
  source: string;
  bos: string;
  eos: string;
};

/**
 * The conversation as the model wants to read it, with the opening of the answer at the end.
 * @throws Failure `chat-template-refused` when the template rejects the conversation, for example two user turns in a row
 */
export function renderChat({ source, bos, eos }: ChatTemplate, messages: readonly ChatMessage[]): string {
  try {
    return new Template(source).render({
      messages: messages.map(({ role, content }) => ({ role, content })),
      add_generation_prompt: true,
      bos_token: bos,
      eos_token: eos,
      tools: null,
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Failure("INVALID_INPUT", "chat-template-refused", { detail }, { cause: error });
  }
}
