/** A row to its messages, or why it has none. Pure. */
import type { Cell, Message, Row } from "@/engines/table";
import { type Mapping, PLACEHOLDER } from "./mapping";

export type Converted = { messages: Message[]; bad?: never } | { bad: string; messages?: never };

export function convertRow(mapping: Mapping, row: Row, systemPrompt: string): Converted {
  const converted = byMapping(mapping, row);
  if (converted.bad !== undefined || systemPrompt === "" || converted.messages[0]?.role === "system")
    return converted;
  return { messages: [{ role: "system", content: systemPrompt }, ...converted.messages] };
}

function byMapping(mapping: Mapping, row: Row): Converted {
  switch (mapping.kind) {
    case "turns":
      return fromTurns(row[mapping.column] ?? null, mapping.column);
    case "self-instruct":
      return fromInstance(mapping.instruction, mapping.instances, row);
    case "pair": {
      const context = mapping.context ? text(row[mapping.context]) : "";
      const system = mapping.system ? text(row[mapping.system]) : "";
      const question = text(row[mapping.question]);
      if (question.trim() === "") return { bad: `\`${mapping.question}\` is empty` };
      const answer = text(row[mapping.answer]);
      if (answer.trim() === "") return { bad: `\`${mapping.answer}\` is empty` };
      return { messages: exchange(system, join(question, context), answer) };
    }
    case "templates": {
      const [system, user, assistant] = [mapping.system, mapping.user, mapping.assistant].map((template) =>
        template.replace(PLACEHOLDER, (_, name: string) => text(row[name.trim()])),
      ) as [string, string, string];
      if (user.trim() === "") return { bad: "the question is empty" };
      if (assistant.trim() === "") return { bad: "the answer is empty" };
      return { messages: exchange(system, user, assistant) };
    }
  }
}

const join = (question: string, context: string) =>
  context.trim() === "" ? question : `${question}\n\n${context}`;

const exchange = (system: string, user: string, assistant: string): Message[] => [
  ...(system.trim() === "" ? [] : [{ role: "system", content: system }]),
  { role: "user", content: user },
  { role: "assistant", content: assistant },
];

/** The first instance stands for the task. */
function fromInstance(instruction: string, instances: string, row: Row): Converted {
  const task = text(row[instruction]);
  if (task.trim() === "") return { bad: `\`${instruction}\` is empty` };
  const list = parsed(row[instances] ?? null);
  const first = Array.isArray(list) ? list[0] : undefined;
  if (!isObject(first)) return { bad: `\`${instances}\` has no instance` };
  const output = text(first.output);
  if (output.trim() === "") return { bad: `\`${instances}[0].output\` is empty` };
  return { messages: exchange("", join(task, text(first.input)), output) };
}

const ROLES: Record<string, string> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  assistant: "assistant",
  gpt: "assistant",
  chatgpt: "assistant",
  bot: "assistant",
  model: "assistant",
  ai: "assistant",
  tool: "tool",
  function: "tool",
};

/** Turns as `role` and `content`, or as ShareGPT's `from` and `value`. */
function fromTurns(cell: Cell, column: string): Converted {
  const turns = parsed(cell);
  if (!Array.isArray(turns) || turns.length === 0) return { bad: `\`${column}\` is no list of turns` };
  const messages: Message[] = [];
  for (const [i, turn] of turns.entries()) {
    if (!isObject(turn)) return { bad: `turn ${i + 1} of \`${column}\` is no object` };
    const named = turn.role ?? turn.from ?? turn.speaker ?? null;
    const role = typeof named === "string" ? ROLES[named.toLowerCase()] : undefined;
    if (!role)
      return {
        bad: `turn ${i + 1} of \`${column}\` has ${named === null ? "no role" : `the role ${text(named)}`}`,
      };
    const content = turn.content ?? turn.value ?? turn.text ?? null;
    if (content === null) return { bad: `turn ${i + 1} of \`${column}\` has no content` };
    messages.push({ role, content: contentText(content) });
  }
  const has = (role: string) =>
    messages.some((message) => message.role === role && message.content.trim() !== "");
  if (!has("user")) return { bad: `\`${column}\` has no question` };
  return has("assistant") ? { messages } : { bad: `\`${column}\` has no answer` };
}

/** Content may come in parts: `[{ "type": "text", "text": "…" }]`. */
function contentText(content: Cell): string {
  if (!Array.isArray(content)) return text(content);
  return content
    .map((part) => (isObject(part) && typeof part.text === "string" ? part.text : text(part)))
    .join("");
}

const isObject = (cell: Cell | undefined): cell is { [key: string]: Cell } =>
  typeof cell === "object" && cell !== null && !Array.isArray(cell);

function text(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** CSV carries lists as JSON text. */
function parsed(cell: Cell): Cell {
  if (typeof cell !== "string") return cell;
  try {
    return JSON.parse(cell) as Cell;
  } catch {
    return cell;
  }
}
