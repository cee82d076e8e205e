/** Texts that mean the same to a reader made equal. Pure. */
import { messagesOf, type Row, TURN_MARK } from "@/engines/table";

export type Sameness = {
  compare: "row" | "question" | "answer";
  ignoreCase: boolean;
  ignorePunctuation: boolean;
};

/** Most texts: nothing in them has another form, and they hold no invisible character. */
const PLAIN = /^[ -~\t\n\r]*$/;

function plain(text: string, ignorePunctuation: boolean): string {
  const bare = ignorePunctuation ? text.replace(/[!-/:-@[-`{-~]/g, " ") : text;
  return bare.replace(/\s{2,}|[^\S ]/g, " ").trim();
}

/** NFKC, no control or zero-width characters, one space for any white space. */
export function normalise(
  text: string,
  { ignoreCase, ignorePunctuation }: Omit<Sameness, "compare">,
): string {
  if (PLAIN.test(text)) return plain(ignoreCase ? text.toLowerCase() : text, ignorePunctuation);
  let same = text.normalize("NFKC").replace(/[\p{Cc}\p{Cf}]/gu, (char) => (/\s/.test(char) ? " " : ""));
  if (ignoreCase) same = same.toLowerCase();
  // Letters that a removed character held apart may now be one.
  same = same.normalize("NFKC");
  if (ignorePunctuation) same = same.replace(/[\p{P}\p{S}]/gu, " ");
  return same.replace(/\s+/g, " ").trim();
}

/**
 * What of a row is compared: the conversation, its first question or its last answer; of a text, the text;
 * of a table, every cell but the id. Undefined when the row has nothing of the kind, so it equals no other.
 */
export function comparedText(row: Row, compare: Sameness["compare"]): string | undefined {
  const turns = messagesOf(row);
  if (compare === "row") {
    if (turns) return turns.map(({ role, content }) => `${role}${TURN_MARK}${content}`).join(TURN_MARK);
    if (typeof row.text === "string") return row.text;
    const { _row, ...cells } = row;
    return JSON.stringify(cells);
  }
  const found = turns
    ? compare === "question"
      ? turns.find(({ role }) => role === "user")?.content
      : turns.findLast(({ role }) => role === "assistant")?.content
    : row[compare];
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}

/** The same text for rows that count as the same. Turns stay apart, so no text moves from question to answer. */
export function samenessKey(row: Row, how: Sameness): string | undefined {
  const text = comparedText(row, how.compare);
  return text === undefined ? undefined : normaliseParts(text, how);
}

/** Most conversations: as `PLAIN`, in parts. */
const PLAIN_PARTS = new RegExp(`^[${TURN_MARK} -~\\t\\n\\r]*$`);
const EDGES = new RegExp(` ?${TURN_MARK} ?`, "g");

/** Each part by itself. */
export function normaliseParts(text: string, how: Omit<Sameness, "compare">): string {
  if (!PLAIN_PARTS.test(text))
    return text
      .split(TURN_MARK)
      .map((part) => normalise(part, how))
      .join(TURN_MARK);
  const same = plain(how.ignoreCase ? text.toLowerCase() : text, how.ignorePunctuation);
  return same.replace(EDGES, TURN_MARK);
}
