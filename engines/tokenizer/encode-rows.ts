/** Rows of a data set as ids and loss masks, in batches: what training and perplexity both count. */
import { Failure, type Values } from "@/graph/problems";
import type { Message } from "../chat-template/message";
import { type LedgerEntry, type Row, readBatches, rowText } from "../table";
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
  const column = shape === "chat" ? "messages" : "text";
  const reading = {
    batchSize: BATCH_ROWS,
    columns: ["_row", column],
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
  const conversations = rows.map(({ messages }) => asMessages(messages));
  const good = conversations.filter((messages) => messages !== undefined);
  const encoded = await tokenizer.encodeChats(good);
  let next = 0;
  return rows.map(({ _row }, i): RowOutcome => {
    const row = String(_row);
    const messages = conversations[i];
    if (!messages) return badRow(rows[i]!, "message-incomplete");
    const one = encoded[next++]!;
    if (one instanceof Failure)
      return badRow(rows[i]!, "template-refused", { said: String(one.values.why ?? one.reason) });
    const mask = options.lossOn === "all" ? one.ids.map(() => 1) : one.mask;
    return cutRow(row, { ids: one.ids, mask }, messages.map(({ content }) => content).join("\n"), options);
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

/** Undefined when a message lacks its role or content. */
export function asMessages(cell: unknown): Message[] | undefined {
  if (!Array.isArray(cell) || cell.length === 0) return undefined;
  const messages: Message[] = [];
  for (const item of cell as { role?: unknown; content?: unknown }[]) {
    if (typeof item?.role !== "string" || typeof item.content !== "string") return undefined;
    messages.push({ role: item.role, content: item.content });
  }
  return messages;
}
