/** Messages as templates read them, from what programs and data sets write. */

import { compactJson, parseExactJson } from "../jinja/exact-json";

export type ChatMessage = {
  role: string;
  /** Text, or parts such as `{ type: "text", text }`. */
  content?: unknown;
  /** Tool calls as OpenAI has them, and whatever else a template may read. */
  readonly [other: string]: unknown;
};
/** The most common kind: nothing but words. */
export type Message = { role: string; content: string };

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Names under which models publish what they thought, the standard one first. */
const REASONING = ["reasoning_content", "thinking", "reasoning"];

/**
 * As Transformers prepares them: keys that hold null are left out, what was thought is found under each of its names.
 * `argumentsAs`: tool calls come with their arguments as JSON text from OpenAI's clients; nearly all templates want the
 * object, a few the text.
 */
export function prepareMessages(
  messages: readonly ChatMessage[],
  argumentsAs: "object" | "text",
): ChatMessage[] {
  return messages.map((message) => {
    const kept = Object.entries(message).filter(([, value]) => value !== null && value !== undefined);
    const prepared: Record<string, unknown> & { role: string } = { role: message.role };
    for (const [name, value] of kept)
      define(prepared, name, name === "tool_calls" ? callsWith(value, argumentsAs) : value);
    const thought = REASONING.map((name) =>
      Object.hasOwn(prepared, name) ? prepared[name] : undefined,
    ).find((value) => value !== undefined);
    if (thought !== undefined) {
      if (!Object.hasOwn(prepared, "thinking")) prepared.thinking = thought;
      prepared.reasoning_content = thought;
    }
    return prepared;
  });
}

/** A key from outside, even `__proto__`, becomes an own entry. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

export const hasToolCalls = (messages: readonly ChatMessage[]) =>
  messages.some(({ tool_calls: calls }) => Array.isArray(calls) && calls.length > 0);

function callsWith(calls: unknown, argumentsAs: "object" | "text"): unknown {
  if (!Array.isArray(calls)) return calls;
  return calls.map((call: unknown) => {
    const inner = isObject(call) && isObject(call.function) ? call.function : undefined;
    if (!inner || !isObject(call)) return call;
    const given = inner.arguments;
    let made = given;
    if (argumentsAs === "object" && typeof given === "string") made = parsed(given) ?? given;
    if (argumentsAs === "text" && isObject(given)) made = compactJson(given);
    return { ...call, function: { ...inner, arguments: made } };
  });
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = parseExactJson(text === "" ? "{}" : text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Names of the functions that the messages call. */
export function calledNames(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap(({ tool_calls: calls }) =>
    (Array.isArray(calls) ? (calls as unknown[]) : []).flatMap((call) => {
      const name = isObject(call) && isObject(call.function) ? call.function.name : undefined;
      return typeof name === "string" ? [name] : [];
    }),
  );
}

/** Calls as words, for a template that has no place for them: nothing of the conversation is lost. */
export function callsAsContent(messages: readonly ChatMessage[]): ChatMessage[] {
  return messages.map((message) => {
    const calls = message.tool_calls;
    if (!Array.isArray(calls) || calls.length === 0) return message;
    const { tool_calls: _, ...rest } = message;
    const words = typeof message.content === "string" && message.content !== "" ? `${message.content}\n` : "";
    const made = (calls as { function?: unknown }[]).map((call) => (isObject(call) && call.function) || call);
    return { ...rest, content: words + JSON.stringify({ tool_calls: made }) };
  });
}

/** The system message in front of the first user turn, for templates that have no system role. */
export function foldSystem(messages: readonly ChatMessage[]): ChatMessage[] {
  const [first, ...others] = messages;
  const at = others.findIndex(({ role }) => role === "user");
  if (first?.role !== "system" || typeof first.content !== "string" || at < 0) return [...messages];
  const turn = others[at]!;
  const lead = `${first.content}\n\n`;
  const content = Array.isArray(turn.content)
    ? [{ type: "text", text: lead }, ...(turn.content as unknown[])]
    : lead + String(turn.content ?? "");
  return others.map((message, i) => (i === at ? { ...message, content } : message));
}
