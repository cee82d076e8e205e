/** Rows to ask a model: the conversation up to its last answer, and that answer as the reference. */

import type { ChatMessage } from "@/engines/chat-template/message";
import {
  describeTable,
  type LedgerEntry,
  messagesOf,
  type Row,
  type RowLedger,
  readBatches,
  rowText,
} from "@/engines/table";
import { conversationOf } from "@/engines/tokenizer/encode-rows";

export type Question = { row: string; messages: ChatMessage[]; reference: string };
/** Whether a row can be asked, or why not. */
export type Asked = { question: Question } | { action: "bad" | "removed"; entry: LedgerEntry };

/** A conversation without an answer in words, or with nothing before it, cannot be asked. Tools stand in its system message. */
export function questionOf(row: Row): Asked {
  const conversation = conversationOf(row, false);
  const unusable = (rule: string): Asked => ({ action: "bad", entry: { rule, before: rowText(row) } });
  if (typeof conversation === "string") return unusable(conversation);
  const messages = conversation.messages.map(({ train: _, ...message }): ChatMessage => message);
  const last = messages.findLastIndex(
    ({ role, content }) => role === "assistant" && typeof content === "string",
  );
  if (last < 0) return unusable("no-reference");
  if (last < 1) return unusable("nothing-to-ask");
  return {
    question: {
      row: String(row._row),
      messages: messages.slice(0, last),
      reference: String(messages[last]!.content),
    },
  };
}

/**
 * `count` questions drawn evenly from all rows (reservoir sampling), in the order of the rows. The same seed draws the
 * same rows.
 */
export async function drawQuestions(
  parquet: string,
  {
    count,
    seed,
    accept,
    ledger,
    signal,
  }: {
    count: number;
    seed: number;
    accept(question: Question): Promise<Asked>;
    ledger: RowLedger;
    signal: AbortSignal;
  },
): Promise<Question[]> {
  const random = randomNumbers(seed);
  const kept: { at: number; question: Question }[] = [];
  let seen = 0;
  const { columns } = await describeTable(parquet, signal);
  const read = ["_row", "messages", "tools"].filter((name) => columns.some((column) => column.name === name));
  for await (const rows of readBatches(parquet, { columns: read, signal })) {
    for (const row of rows) {
      const whole = questionOf(row);
      const asked = "question" in whole ? await accept(whole.question) : whole;
      if (!("question" in asked)) {
        await ledger.record(asked.action, String(row._row), asked.entry);
        continue;
      }
      ledger.keep();
      const { question } = asked;
      const place = seen < count ? seen : Math.floor(random() * (seen + 1));
      seen++;
      if (place < count) kept[place] = { at: ledger.read, question };
    }
  }
  kept.sort((a, b) => a.at - b.at);
  return kept.map(({ question }) => question);
}

/** The question as a person reads it: alone, or as a dialogue when there is more than one turn. */
export function promptText(asked: readonly ChatMessage[]): string {
  const messages = messagesOf({ messages: asked as never }) ?? [];
  const [only, ...others] = messages.filter(({ role }) => role !== "system");
  if (only && others.length === 0) return only.content;
  return messages.map(({ role, content }) => `${role}: ${content}`).join("\n");
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}
