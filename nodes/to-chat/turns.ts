/** A list of turns to messages, or why it makes none. Pure. */
import type { Cell, Message, Row } from "@/engines/table";
import type { Values } from "@/graph/problems";
import type { Mapping } from "./mapping";

/** Why a row makes no conversation: a code, and the values of its sentence. */
export type Bad = { rule: string; values: Values };
export type Converted = { messages: Message[]; bad?: never } | { bad: Bad; messages?: never };

export const bad = (rule: string, values: Values = {}): { bad: Bad } => ({ bad: { rule, values } });

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
export function fromTurns(cell: Cell, column: string): Converted {
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
    const unheard = untrainedBy(turn);
    if (role === "assistant" && unheard !== undefined)
      return bad("turn-untrained", { ...where, key: unheard });
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

/** Keys by which a turn says whether it is trained on. */
const WEIGHTS = ["weight", "train", "trainable", "loss_mask"] as const;
/** All that `fromTurns` understands of a turn; the names that stand for one another are never both there. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...["role", "from", "speaker", "content", "value", "text"],
  ...WEIGHTS,
]);

/** The key that says that this turn must not be trained on, or only in part. */
const untrainedBy = (turn: { [key: string]: Cell }) =>
  WEIGHTS.find((key) => {
    const weight = turn[key] ?? null;
    return weight !== null && weight !== 1 && weight !== true && weight !== "1" && weight !== "true";
  });

/** Keys of turns that the conversation cannot carry, such as `tool_calls`. */
export function otherKeys(mapping: Mapping, row: Row): string[] {
  const turns = mapping.kind === "turns" ? parsed(row[mapping.column] ?? null) : null;
  if (!Array.isArray(turns)) return [];
  const keys = new Set<string>();
  for (const turn of turns)
    if (isObject(turn))
      for (const key in turn) if (!UNDERSTOOD.has(key) && (turn[key] ?? null) !== null) keys.add(key);
  return [...keys];
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

export const isObject = (cell: Cell | undefined): cell is { [key: string]: Cell } =>
  typeof cell === "object" && cell !== null && !Array.isArray(cell);

export function text(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** CSV carries lists as JSON text. */
export function parsed(cell: Cell): Cell {
  if (typeof cell !== "string") return cell;
  try {
    return JSON.parse(cell) as Cell;
  } catch {
    return cell;
  }
}
