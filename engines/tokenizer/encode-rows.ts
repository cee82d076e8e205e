/** Rows of a data set as ids and loss masks, in batches: what training and perplexity both count. */
import { Failure, type Values } from "@/graph/problems";
import { type ChatMessage, toolsAsContent } from "../chat-template/message";
import { describeTable, type LedgerEntry, messagesOf, type Row, readBatches, rowText } from "../table";
import type { Encoded, LoadedTokenizer } from "./load";

export type EncodeRowsOptions = {
  shape: "chat" | "text";
  maxLength: number;
  /** Of chats; every token of a text counts. */
  lossOn: "answers" | "all";
  /** What becomes of a row beyond `maxLength`: its end is cut off, or it is left out. */
  tooLong: "cut" | "drop";
  /** A text ends with the model's end token. */
  endOfText: boolean;
  limit?: number;
  signal?: AbortSignal;
};

export type RowOutcome =
  | ({
      kind: "encoded";
      row: string /** Before cutting. */;
      length: number;
      words: number;
      characters: number;
      /** The template has no place for its tools: they stand in the system message. */
      toolsInSystem?: true;
    } & Encoded)
  | { kind: "too-long"; row: string; length: number }
  /** No token of it counts in the loss. */
  | { kind: "no-answer"; row: string; length: number }
  | { kind: "bad"; row: string; entry: LedgerEntry };

/** Rows a batch: the tokenizer spreads one over all threads. */
const BATCH_ROWS = 256;

export async function* encodeRows(
  parquet: string,
  tokenizer: LoadedTokenizer,
  options: EncodeRowsOptions,
): AsyncGenerator<RowOutcome[], void, undefined> {
  const { shape, limit, signal } = options;
  const { columns } = await describeTable(parquet, signal);
  const wanted = shape === "chat" ? ["_row", "messages", "tools"] : ["_row", "text"];
  const reading = {
    batchSize: BATCH_ROWS,
    columns: wanted.filter((name) => name !== "tools" || columns.some((column) => column.name === name)),
    ...(limit && { limit }),
    ...(signal && { signal }),
  };
  for await (const rows of readBatches(parquet, reading)) {
    const encode = shape === "chat" ? encodeChats : encodeTexts;
    yield await encode(rows, tokenizer, options);
  }
}

async function encodeChats(
  rows: Row[],
  tokenizer: LoadedTokenizer,
  options: EncodeRowsOptions,
): Promise<RowOutcome[]> {
  const conversations = rows.map((row) => conversationOf(row, tokenizer.readsTools));
  const good = conversations.filter((one): one is Conversation => typeof one !== "string");
  const encoded = await tokenizer.encodeChats(
    good.map(({ messages }) => messages),
    good.map(({ tools }) => tools),
  );
  let next = 0;
  return rows.map((cells, i): RowOutcome => {
    const conversation = conversations[i]!;
    if (typeof conversation === "string") return badRow(cells, conversation);
    const one = encoded[next++]!;
    if (one instanceof Failure)
      return badRow(cells, "template-refused", { said: String(one.values.why ?? one.reason) });
    const { ids, mask, untrained } = one;
    const counted = options.lossOn === "all" ? ids.map((_, at) => (untrained?.[at] ? 0 : 1)) : mask;
    const words = messagesOf(cells)?.map(({ content }) => content) ?? [];
    const outcome = cutRow(String(cells._row), { ids, mask: counted }, words.join("\n"), options);
    return outcome.kind === "encoded" && conversation.toolsInSystem
      ? { ...outcome, toolsInSystem: true }
      : outcome;
  });
}

async function encodeTexts(
  rows: Row[],
  tokenizer: LoadedTokenizer,
  options: EncodeRowsOptions,
): Promise<RowOutcome[]> {
  const isText = ({ text }: Row) => typeof text === "string" && text !== "";
  const encoded = await tokenizer.encodeBatch(rows.filter(isText).map(({ text }) => text as string));
  const { eos } = tokenizer;
  let next = 0;
  return rows.map((cells): RowOutcome => {
    const row = String(cells._row);
    if (!isText(cells)) return badRow(cells, "text-empty");
    const read = encoded[next++]!;
    // A text may bring its end token, and a tokenizer may add it.
    const ends = !options.endOfText || eos === undefined || read.at(-1) === eos;
    const ids = ends ? read : [...read, eos];
    return cutRow(row, { ids, mask: ids.map(() => 1) }, cells.text as string, options);
  });
}

const badRow = (row: Row, rule: string, values: Values = {}): RowOutcome => ({
  kind: "bad",
  row: String(row._row),
  entry: { rule, values, before: rowText(row) },
});

function cutRow(
  row: string,
  { ids, mask }: Encoded,
  text: string,
  { maxLength, tooLong }: EncodeRowsOptions,
): RowOutcome {
  const { length } = ids;
  if (length > maxLength && tooLong === "drop") return { kind: "too-long", row, length };
  const kept = { ids: ids.slice(0, maxLength), mask: mask.slice(0, maxLength) };
  // Nothing comes before the first token, so it cannot be predicted.
  if (!kept.mask.includes(1, 1)) return { kind: "no-answer", row, length };
  return {
    kind: "encoded",
    row,
    length,
    words: text.match(/\S+/g)?.length ?? 0,
    characters: text.length,
    ...kept,
  };
}

export type Conversation = {
  messages: ChatMessage[];
  tools?: object[];
  toolsInSystem?: true;
};

/** What a template is given of a row, or the rule by which it cannot be given. `readsTools`: the template has a place for tools. */
export function conversationOf(
  row: Row,
  readsTools: boolean,
): Conversation | "message-incomplete" | "tools-unread" {
  const messages = asMessages(row.messages);
  if (!messages) return "message-incomplete";
  const tools = asTools(row.tools);
  if (tools === undefined) return "tools-unread";
  if (tools.length === 0) return { messages };
  return readsTools
    ? { messages, tools }
    : { messages: toolsAsContent(messages, tools), toolsInSystem: true };
}

/** Undefined when a message lacks its role, or both content and calls. */
export function asMessages(cell: unknown): ChatMessage[] | undefined {
  if (!Array.isArray(cell) || cell.length === 0) return undefined;
  const messages: ChatMessage[] = [];
  for (const item of cell as Record<string, unknown>[]) {
    const { role, content = null } = item ?? {};
    if (typeof role !== "string") return undefined;
    if (typeof content !== "string" && (content !== null || item.tool_calls == null)) return undefined;
    const said = Object.entries(item).filter(([, value]) => value !== null);
    messages.push({ role, ...Object.fromEntries(said) });
  }
  return messages;
}

/** None where nothing stands there; undefined for what is no list of objects. */
function asTools(cell: unknown): object[] | undefined {
  if (cell === null || cell === undefined || cell === "") return [];
  let list = cell;
  if (typeof cell === "string") {
    try {
      list = JSON.parse(cell);
    } catch {
      return undefined;
    }
  }
  if (list === null) return [];
  const isList = Array.isArray(list) && list.every((one) => typeof one === "object" && one !== null);
  return isList ? (list as object[]) : undefined;
}
