/** A list of turns to messages, or why it makes none. Pure. */
import type { Cell, Row, Turn } from "@/engines/table";
import type { Values } from "@/graph/problems";
import { callsOf } from "./calls";
import type { Mapping } from "./mapping";
import { transcriptTurns } from "./transcript";
import { isObject, parsed, text } from "./values";

/** Why a row makes no conversation: a code, and the values of its sentence. */
export type Bad = { rule: string; values: Values };
/** `tools`: what the model may call, beside the messages. */
export type Converted =
  | { messages: Turn[]; tools?: Cell; bad?: never }
  | { bad: Bad; messages?: never; tools?: never };

export const bad = (rule: string, values: Values = {}): { bad: Bad } => ({ bad: { rule, values } });

/** `call` is what an assistant calls, told as a turn of its own. */
const ROLES = new Map<string, "system" | "user" | "assistant" | "tool" | "call">([
  ...["system", "developer", "sistema"].map((name) => [name, "system"] as const),
  ...["user", "human", "prompter", "usuario", "usuário"].map((name) => [name, "user"] as const),
  ...["assistant", "gpt", "chatgpt", "bot", "model", "ai", "asistente", "assistente"].map(
    (name) => [name, "assistant"] as const,
  ),
  ...["tool", "function", "observation", "ipython", "tool_response", "function_response"].map(
    (name) => [name, "tool"] as const,
  ),
  ...["function_call", "tool_call"].map((name) => [name, "call"] as const),
]);

/** Spellings of the roles that say words. */
export const roleNames = () => [...ROLES].filter(([, role]) => role !== "call");

/** Turns as `role` and `content`, as ShareGPT's `from` and `value`, as `role` and `parts`, or as a transcript. */
export function fromTurns(cell: Cell, column: string): Converted {
  const given = parsed(cell);
  const turns = typeof given === "string" ? transcriptTurns(given) : given;
  if (!Array.isArray(turns) || turns.length === 0) return bad("no-turns", { column });
  const messages: Turn[] = [];
  for (const [i, turn] of turns.entries()) {
    const made = fromTurn(turn, { column, turn: i + 1 });
    if ("bad" in made) return made;
    messages.push(made);
  }
  const has = (role: string) =>
    messages.some((one) => one.role === role && (one.tool_calls || one.content?.trim()));
  if (!has("user")) return bad("no-question", { column });
  return has("assistant") ? { messages } : bad("no-answer", { column });
}

function fromTurn(turn: Cell, where: { column: string; turn: number }): Turn | { bad: Bad } {
  if (!isObject(turn)) return bad("turn-no-object", where);
  const named = turn.role ?? turn.from ?? turn.speaker ?? null;
  if (named === null) return bad("turn-no-role", where);
  const role = typeof named === "string" ? ROLES.get(named.toLowerCase()) : undefined;
  if (!role) return bad("turn-other-role", { ...where, role: text(named) });
  const content = turn.content ?? turn.value ?? turn.text ?? turn.parts ?? null;
  const calls = callsOf(role === "call" ? content : (turn.tool_calls ?? turn.function_call ?? null));
  if (calls === "unread") return bad("turn-calls", where);
  const marks = marksOf(turn);
  if ("key" in marks) return bad("turn-weight", { ...where, ...marks });
  const rest = { ...carried(turn), ...marks, ...(calls && { tool_calls: calls }) };
  if (role === "call")
    return calls ? { role: "assistant", content: null, ...rest } : bad("turn-calls", where);
  if (content === null) return calls ? { role, content: null, ...rest } : bad("turn-no-content", where);
  const found = contentText(content);
  if (typeof found !== "string") return bad("turn-part", { ...where, part: found.part });
  return { role, content: found, ...rest };
}

/**
 * Content may come in parts: `[{ "type": "text", "text": "…" }]`, padded with null where tables give every part the same
 * keys. A part that is no text, such as an image, is named: without it the conversation would be another one.
 */
function contentText(content: Cell): string | { part: string } {
  if (!Array.isArray(content)) return text(content);
  let found = "";
  for (const part of content) {
    if (!isObject(part) && !Array.isArray(part)) found += text(part);
    else {
      const other = otherPart(part);
      if (other !== undefined) return { part: other };
      found += text((part as { text?: Cell }).text);
    }
  }
  return found;
}

/** Keys by which a turn says whether it is trained on. `weight` is OpenAI's, who has it for answers alone. */
const MARKS = ["weight", "train", "trainable", "loss_mask"] as const;
const YES: ReadonlySet<Cell> = new Set<Cell>([1, true, "1", "true", "True"]);
const NO: ReadonlySet<Cell> = new Set<Cell>([0, false, "0", "false", "False"]);

/** Whether a turn is trained on, where that differs from what its role says; or the mark that is neither yes nor no, or contradicts another. */
function marksOf(turn: { [key: string]: Cell }): { train?: boolean } | { key: string; weight: string } {
  const role = String(turn.role ?? turn.from ?? turn.speaker).toLowerCase();
  const answers = ROLES.get(role) === "assistant" || ROLES.get(role) === "call";
  let train: boolean | undefined;
  for (const key of MARKS) {
    const mark = turn[key] ?? null;
    if (mark === null) continue;
    const yes = YES.has(mark);
    if (!yes && !NO.has(mark)) return { key, weight: text(mark) };
    if (key === "weight" && !answers) continue;
    if (train !== undefined && train !== yes) return { key, weight: text(mark) };
    train = yes;
  }
  return train === undefined || train === answers ? {} : { train };
}

const REASONING = ["reasoning_content", "reasoning", "thinking"] as const;

/** What goes on with a turn as it stands. */
function carried(turn: { [key: string]: Cell }): Partial<Turn> {
  const made: Partial<Turn> = {};
  const thought = REASONING.map((key) => turn[key] ?? null).find((text) => text !== null && text !== "");
  if (thought !== undefined) made.reasoning_content = text(thought);
  const { tool_call_id: id = null, name = null } = turn;
  if (id !== null) made.tool_call_id = text(id);
  if (name !== null) made.name = text(name);
  return made;
}

/** All that `fromTurns` understands of a turn; the names that stand for one another are never both there. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...["role", "from", "speaker", "content", "value", "text", "parts"],
  ...["tool_calls", "function_call", "tool_call_id", "name"],
  ...REASONING,
  ...MARKS,
]);

/** Keys of turns that say something, and that the conversation cannot carry. */
export function otherKeys(mapping: Mapping, row: Row): string[] {
  const turns = mapping.kind === "turns" ? parsed(row[mapping.column] ?? null) : null;
  if (!Array.isArray(turns)) return [];
  const keys = new Set<string>();
  for (const turn of turns)
    if (isObject(turn))
      for (const key in turn) if (!UNDERSTOOD.has(key) && saysSomething(turn[key]!)) keys.add(key);
  return [...keys];
}

/** Whether a task has more instances than the one that stands for it. */
export function otherInstances(mapping: Mapping, row: Row): boolean {
  const list = mapping.kind === "self-instruct" ? parsed(row[mapping.instances] ?? null) : null;
  return Array.isArray(list) && list.length > 1;
}

const saysSomething = (cell: Cell | undefined) =>
  cell !== null && cell !== undefined && cell !== "" && !(Array.isArray(cell) && cell.length === 0);

const TEXT_PARTS: ReadonlySet<unknown> = new Set(["text", "input_text", "output_text"]);

/** What a part is that is no text. */
function otherPart(part: Cell[] | { [key: string]: Cell }): string | undefined {
  if (Array.isArray(part)) return "list";
  const { type = null, text: found = null } = part;
  if (type !== null && !TEXT_PARTS.has(type)) return text(type);
  if (found !== null) return undefined;
  return (
    Object.keys(part).find((key) => key !== "type" && part[key] !== null) ??
    (type === null ? "null" : undefined)
  );
}
