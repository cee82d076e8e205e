/** A row to its messages, or why it has none. Pure. */
import type { Cell, Message, Row } from "@/engines/table";
import type { Values } from "@/graph/problems";
import { type Mapping, PLACEHOLDER } from "./mapping";

/** Why a row makes no conversation: a code, and the values of its sentence. */
export type Bad = { rule: string; values: Values };
export type Converted = { messages: Message[]; bad?: never } | { bad: Bad; messages?: never };

const bad = (rule: string, values: Values = {}): { bad: Bad } => ({ bad: { rule, values } });

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
      if (question.trim() === "") return bad("column-empty", { column: mapping.question });
      const answer = text(row[mapping.answer]);
      if (answer.trim() === "") return bad("column-empty", { column: mapping.answer });
      return { messages: exchange(system, join(question, context), answer) };
    }
    case "templates": {
      const [system, user, assistant] = [mapping.system, mapping.user, mapping.assistant].map((template) =>
        template.replace(PLACEHOLDER, (_, name: string) => text(row[name.trim()])),
      ) as [string, string, string];
      if (user.trim() === "") return bad("question-empty");
      if (assistant.trim() === "") return bad("answer-empty");
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
  if (task.trim() === "") return bad("column-empty", { column: instruction });
  const list = parsed(row[instances] ?? null);
  const first = Array.isArray(list) ? list[0] : undefined;
  if (!isObject(first)) return bad("no-instance", { column: instances });
  const output = text(first.output);
  if (output.trim() === "") return bad("column-empty", { column: `${instances}[0].output` });
  return { messages: exchange("", join(task, text(first.input)), output) };
}

const ROLES = new Map(
  Object.entries({
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
  }),
);

/** Turns as `role` and `content`, or as ShareGPT's `from` and `value`. */
function fromTurns(cell: Cell, column: string): Converted {
  const turns = parsed(cell);
  if (!Array.isArray(turns) || turns.length === 0) return bad("no-turns", { column });
  const messages: Message[] = [];
  for (const [i, turn] of turns.entries()) {
    const where = { column, turn: i + 1 };
    if (!isObject(turn)) return bad("turn-no-object", where);
    const named = turn.role ?? turn.from ?? turn.speaker ?? null;
    if (named === null) return bad("turn-no-role", where);
    const role = typeof named === "string" ? ROLES.get(named.toLowerCase()) : undefined;
    if (!role) return bad("turn-other-role", { ...where, role: text(named) });
    const content = turn.content ?? turn.value ?? turn.text ?? null;
    if (content === null) return bad("turn-no-content", where);
    const said = contentText(content);
    if (typeof said !== "string") return bad("turn-part", { ...where, part: said.part });
    messages.push({ role, content: said });
  }
  const has = (role: string) =>
    messages.some((message) => message.role === role && message.content.trim() !== "");
  if (!has("user")) return bad("no-question", { column });
  return has("assistant") ? { messages } : bad("no-answer", { column });
}

/**
 * Content may come in parts: `[{ "type": "text", "text": "…" }]`, padded with null where tables give every part the same
 * keys. A part that is no text, such as an image, is named: without it the conversation would be another one.
 */
function contentText(content: Cell): string | { part: string } {
  if (!Array.isArray(content)) return text(content);
  let said = "";
  for (const part of content) {
    if (!isObject(part) && !Array.isArray(part)) said += text(part);
    else {
      const other = otherPart(part);
      if (other !== undefined) return { part: other };
      said += text((part as { text: Cell }).text);
    }
  }
  return said;
}

const TEXT_PARTS: ReadonlySet<unknown> = new Set(["text", "input_text", "output_text"]);

/** What a part is that is no text. */
function otherPart(part: Cell[] | { [key: string]: Cell }): string | undefined {
  if (Array.isArray(part)) return "list";
  const { type = null, text: said = null } = part;
  if (type !== null && !TEXT_PARTS.has(type)) return text(type);
  if (said !== null) return undefined;
  return (
    Object.keys(part).find((key) => key !== "type" && part[key] !== null) ??
    (type === null ? "null" : undefined)
  );
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
