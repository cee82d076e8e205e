/** The one renderer of chat templates: training, evaluation and serving see the same words, equal to Transformers. */
import { Failure } from "@/graph/problems";
import { type Clock, type Span, Template, TemplateError } from "../jinja/template";
import { clockOfDay, PINNED_DAY } from "./clock-of-day";
import { markTokens, type Piece, splitMarks } from "./literal-tokens";
import { type ChatMessage, calledNames, callsAsContent, hasToolCalls, prepareMessages } from "./message";

/** `bos_token`, `eos_token` and others, by the names that templates use. */
export type SpecialTokens = Readonly<Record<string, string>>;

/** A template, or several with names: `default`, and `tool_use` for requests that bring tools. */
export type TemplateSource = string | ReadonlyMap<string, string>;

export type RenderOptions = {
  /** Ends with the opening of an answer. */
  addGenerationPrompt?: boolean;
  tools?: readonly object[] | undefined;
  documents?: readonly object[] | undefined;
  /**
   * Calls of functions become words where the template has no place for them. A request that is answered must not lose
   * part of its history; a row to learn from is rendered as Transformers renders it, or refused as there.
   */
  spellCalls?: boolean;
  /** What `strftime_now` reads. The pinned day when absent, so that equal rows give equal tokens on every day. */
  clock?: Clock;
};

export type RenderedChat = {
  text: string;
  /** The same text, in parts; special tokens that stood in the messages are literal. */
  pieces: Piece[];
  /** What `{% generation %}` blocks printed: UTF-16 indices. */
  generated: Span[];
};

export class ChatTemplate {
  private readonly templates = new Map<string, Template>();
  private readonly special: readonly string[];

  /**
   * `special`: texts of the special tokens, which are literal in messages.
   * @throws Failure `chat-template`
   */
  constructor(
    source: TemplateSource,
    private readonly tokens: SpecialTokens,
    special: readonly string[] = Object.values(tokens),
  ) {
    const named = typeof source === "string" ? new Map([["default", source]]) : source;
    for (const [name, text] of named)
      this.templates.set(
        name,
        attempt(() => new Template(text)),
      );
    this.special = [...new Set(special)].filter((token) => token !== "");
    this.readsTools = named.has("tool_use") || /\btools\b/.test(named.get("default") ?? "");
  }

  /** Whether a template asks for the tools that it is given. */
  readonly readsTools: boolean;

  /** @throws Failure `chat-template`, with what the template says, such as that roles must alternate */
  render(messages: readonly ChatMessage[], options: RenderOptions = {}): RenderedChat {
    return attempt(() =>
      hasToolCalls(messages) ? this.withCalls(messages, options) : this.once(messages, options),
    );
  }

  /** Tries the forms in which templates want calls; when the template has no place for them they become words. */
  private withCalls(messages: readonly ChatMessage[], options: RenderOptions): RenderedChat {
    const names = calledNames(messages);
    const { spellCalls = false } = options;
    const shown = ({ text }: RenderedChat) => !spellCalls || names.every((name) => text.includes(name));
    const filled = messages.map((message) => ({ ...message, content: message.content ?? "" }));
    let first: unknown;
    const forms = spellCalls ? [messages, filled] : [messages];
    for (const [form, argumentsAs] of forms.flatMap((one) => [
      [one, "object"] as const,
      [one, "text"] as const,
    ])) {
      try {
        const rendered = this.once(form, options, argumentsAs);
        if (shown(rendered)) return rendered;
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        first ??= error;
      }
    }
    if (!spellCalls) throw first;
    try {
      return this.once(callsAsContent(messages), options);
    } catch (error) {
      throw first ?? error;
    }
  }

  private once(
    messages: readonly ChatMessage[],
    { addGenerationPrompt = false, tools, documents, clock = clockOfDay(PINNED_DAY) }: RenderOptions,
    argumentsAs: "object" | "text" = "object",
  ): RenderedChat {
    if (messages.length === 0) throw new TemplateError("the conversation is empty");
    const template = this.templateFor(tools);
    const given = {
      messages: prepareMessages(messages, argumentsAs),
      tools: tools ?? null,
      documents: documents ?? null,
    };
    const marked = markTokens(given, this.special);
    const { marks } = marked ?? {};
    const data = (marked?.data ?? given) as typeof given;
    const { text, generated } = template.render(
      { ...this.tokens, ...data, add_generation_prompt: addGenerationPrompt },
      clock,
      marks && [marks.open, marks.close],
    );
    if (!marks) return { text, pieces: [{ text, literal: false }], generated };
    const { spans, ...split } = splitMarks(text, marks, generated, this.special);
    return { ...split, generated: spans };
  }

  private templateFor(tools: unknown): Template {
    const found =
      (tools == null ? undefined : this.templates.get("tool_use")) ?? this.templates.get("default");
    if (found) return found;
    throw new TemplateError(
      `there are several templates and none is the default: ${[...this.templates.keys()].join(", ")}`,
    );
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Failure(
      "INVALID_INPUT",
      "chat-template",
      { why: error.message.replace(/\.$/, "") },
      { cause: error },
    );
  }
}
