/** Rows to ask a model: the conversation up to its last answer, and that answer as the reference. */
import { type Row, readBatches } from "@/engines/table";
import type { Message } from "@/engines/tokenizer/chat-template";
import { asMessages } from "@/engines/tokenizer/encode-rows";

export type Question = { row: string; messages: Message[]; reference: string };
export type Drawn = { questions: Question[]; read: number; withoutAnswer: number };

/** Undefined when the conversation has no answer, or nothing before it. */
export function questionOf({ _row, messages: cell }: Row): Question | undefined {
  const messages = asMessages(cell);
  const last = messages?.findLastIndex(({ role }) => role === "assistant") ?? -1;
  if (!messages || last < 1) return undefined;
  return { row: String(_row), messages: messages.slice(0, last), reference: messages[last]!.content };
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
    signal,
  }: { count: number; seed: number; accept(question: Question): Promise<boolean>; signal: AbortSignal },
): Promise<Drawn> {
  const random = randomNumbers(seed);
  const kept: { at: number; question: Question }[] = [];
  let [read, withoutAnswer, seen] = [0, 0, 0];
  for await (const rows of readBatches(parquet, { columns: ["_row", "messages"], signal })) {
    for (const row of rows) {
      read++;
      const question = questionOf(row);
      if (!question || !(await accept(question))) {
        withoutAnswer++;
        continue;
      }
      const place = seen < count ? seen : Math.floor(random() * (seen + 1));
      seen++;
      if (place < count) kept[place] = { at: read, question };
    }
  }
  kept.sort((a, b) => a.at - b.at);
  return { questions: kept.map(({ question }) => question), read, withoutAnswer };
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
