/** Chat templates (Jinja), rendered as `apply_chat_template` of Transformers does. */
import { Template } from "@huggingface/jinja";
import { Failure } from "@/graph/problems";

export type Message = { role: string; content: string };
export type RenderOptions = { addGenerationPrompt?: boolean };

/**
 * Some templates print today's date. Here it is always the day those templates name as their own default,
 * so that equal rows give equal tokens on every day.
 */
const FIXED_DATE: Record<string, string> = {
  "%d": "26",
  "%m": "07",
  "%Y": "2024",
  "%y": "24",
  "%b": "Jul",
  "%B": "July",
  "%A": "Friday",
  "%a": "Fri",
  "%H": "00",
  "%M": "00",
  "%S": "00",
};
const fixedDate = (format: string) => format.replace(/%[a-zA-Z]/g, (part) => FIXED_DATE[part] ?? part);

export class ChatTemplate {
  private readonly template: Template;

  /** `tokens`: `bos_token`, `eos_token` and other special tokens, by the names templates use. */
  constructor(
    source: string,
    private readonly tokens: Readonly<Record<string, string>>,
  ) {
    try {
      // The renderer declares `strftime_now` itself and refuses another one.
      this.template = new Template(source.replace(/\bstrftime_now\b/g, "telar_date"));
    } catch (cause) {
      throw refused(cause);
    }
  }

  /** @throws Failure `chat-template`, with what the template says, such as that roles must alternate */
  render(messages: readonly Message[], { addGenerationPrompt = false }: RenderOptions = {}): string {
    try {
      return this.template.render({
        ...this.tokens,
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: addGenerationPrompt,
        telar_date: fixedDate,
      });
    } catch (cause) {
      throw refused(cause);
    }
  }
}

function refused(cause: unknown): Failure {
  const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
  return new Failure("INVALID_INPUT", "chat-template", { why }, { cause });
}
