/** Conversations in a table: a column `messages`, a list of turns. Every turn has a role and content; the rest where it is used. */
import type { Cell, Row, SqlColumn } from "./cells";

/** What a turn may hold beside its role and content, in the order of the table. */
export const MORE_FIELDS = [
  /** False: not trained on. True: trained on, whoever says it. Null: as its role has it. */
  { name: "train", sql: "BOOLEAN" },
  { name: "reasoning_content", sql: "VARCHAR" },
  /** As OpenAI has them: `[{ type: "function", function: { name, arguments } }]`. */
  { name: "tool_calls", sql: "JSON" },
  { name: "tool_call_id", sql: "VARCHAR" },
  { name: "name", sql: "VARCHAR" },
] as const satisfies readonly SqlColumn[];
export type MoreField = (typeof MORE_FIELDS)[number]["name"];

/** `content` is null only beside calls. */
export type Turn = { role: string; content: string | null } & { [F in MoreField]?: Cell };

/** The type of `messages` whose turns have these fields too. */
export function messagesSql(fields: Iterable<string> = []): string {
  const used = new Set(fields);
  const more = MORE_FIELDS.filter(({ name }) => used.has(name)).map(({ name, sql }) => `, ${name} ${sql}`);
  return `STRUCT(role VARCHAR, content VARCHAR${more.join("")})[]`;
}

/** Of messages whose turns hold nothing but words. */
export const MESSAGES_SQL = messagesSql();

/** The further fields of the turns of a column of this type; undefined where it holds no conversations. */
export function fieldsOf(sql: string | undefined): MoreField[] | undefined {
  const bare = sql?.replaceAll('"', "");
  if (!bare?.startsWith("STRUCT(role VARCHAR, content VARCHAR")) return undefined;
  const fields = MORE_FIELDS.filter(({ name }) => bare.includes(`, ${name} `)).map(({ name }) => name);
  return bare === messagesSql(fields) ? fields : undefined;
}

/** A turn as words: what it says, then what it calls. */
export type Message = { role: string; content: string };

/** The messages of a chat row; undefined for other rows. */
export function messagesOf(row: Row): Message[] | undefined {
  const { messages } = row;
  if (!Array.isArray(messages)) return undefined;
  const turns = messages.map(asMessage);
  return turns.every((turn) => turn !== undefined) ? turns : undefined;
}

function asMessage(cell: Cell): Message | undefined {
  if (typeof cell !== "object" || cell === null || Array.isArray(cell)) return undefined;
  const { role, content = null, tool_calls: calls = null } = cell;
  if (typeof role !== "string") return undefined;
  if (calls === null) return typeof content === "string" ? (cell as Message) : undefined;
  if (typeof content !== "string" && content !== null) return undefined;
  const called = typeof calls === "string" ? calls : JSON.stringify(calls);
  return { role, content: content ? `${content}\n${called}` : called };
}

/** The same in SQL, for messages of this type. */
export function wordsSql(fields: readonly MoreField[], turn: string): string {
  if (!fields.includes("tool_calls")) return `${turn}.content`;
  const called = `CAST(${turn}.tool_calls AS VARCHAR)`;
  return `CASE WHEN ${turn}.tool_calls IS NULL THEN ${turn}.content ELSE concat_ws(chr(10), nullif(${turn}.content, ''), ${called}) END`;
}
