/** Rows to ask a model: the conversation up to its last answer, and that answer as the reference. */

import type { Message } from "@/engines/chat-template/message";
import { type LedgerEntry, type Row, type RowLedger, readBatches, rowText } from "@/engines/table";
import { asMessages } from "@/engines/tokenizer/encode-rows";

export type Question = { row: string; messages: Message[]; reference: string };
/** Whether a row can be asked, or why not. */
export type Asked = { question: Question } | { action: "bad" | "removed"; entry: LedgerEntry };

/** A conversation without an answer, or with nothing before it, cannot be asked. */
export function questionOf(row: Row): Asked {
  const messages = asMessages(row.messages);
  const unusable = (rule: string): Asked => ({ action: "bad", entry: { rule, before: rowText(row) } });
  if (!messages) return unusable("message-incomplete");
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  if (last < 0) return unusable("no-reference");
  if (last < 1) return unusable("nothing-to-ask");
  return {
    question: {
      row: String(row._row),
      messages: messages.slice(0, last),
      reference: messages[last]!.content,
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
  for await (const rows of readBatches(parquet, { columns: ["_row", "messages"], signal })) {
    for (const row of rows) {
      const whole = questionOf(row);
      const asked = "question" in whole ? await accept(whole.question) : whole;
      if (!("question" in asked)) {
        await ledger.tell(asked.action, String(row._row), asked.entry);
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
export function promptText(messages: readonly Message[]): string {
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
