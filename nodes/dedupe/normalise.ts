/** Texts that are to count as the same made equal. Pure. */
import { messagesOf, type Row, TURN_MARK } from "@/engines/table";

/** What makes no difference. Without any of them texts are the same only to the byte. */
export type Ignored = {
  ignoreCase: boolean;
  ignoreSpace: boolean;
  ignoreForms: boolean;
  ignorePunctuation: boolean;
};
export type Compare = "row" | "question" | "answer";

export const isExact = ({ ignoreCase, ignoreSpace, ignoreForms, ignorePunctuation }: Ignored): boolean =>
  !(ignoreCase || ignoreSpace || ignoreForms || ignorePunctuation);

/** Nothing in such a text has another form, and no character of it is invisible. */
const ONE_FORM = /^[ -~\t\n\r]*$/;

export function normalise(text: string, ignored: Ignored): string {
  let same = text;
  if (ignored.ignoreForms) same = oneForm(same);
  if (ignored.ignoreCase) same = same.toLowerCase();
  // Small letters may have another form than the capitals had.
  if (ignored.ignoreForms && ignored.ignoreCase) same = oneForm(same);
  if (ignored.ignorePunctuation) same = same.replace(/(?:\s*[\p{P}\p{S}]+)+\s*/gu, " ").trim();
  return ignored.ignoreSpace ? oneSpace(same) : same;
}

/** NFKC, without control and zero-width characters. */
function oneForm(text: string): string {
  if (ONE_FORM.test(text)) return text;
  const visible = text.normalize("NFKC").replace(/[\p{Cc}\p{Cf}]/gu, (char) => (/\s/.test(char) ? char : ""));
  // Letters that a removed character held apart may now be one.
  return visible.normalize("NFKC");
}

/** A line after the first that is indented: code and lists mean something by it. */
const INDENTED = /[\r\n][ \t]+\S/;

/** One space for any white space; where lines are indented, their ends and their indentation stay. */
function oneSpace(text: string): string {
  if (!INDENTED.test(text)) return text.replace(/\s+/g, " ").trim();
  return text
    .split(/\r\n?|\n/)
    .map((line) => {
      const [indent = ""] = /^[ \t]*/.exec(line)!;
      return `${indent}${line.slice(indent.length).replace(/\s+/g, " ")}`.trimEnd();
    })
    .join("\n")
    .trim();
}

/**
 * What of a row is compared: the conversation, its first question or its last answer; of a text, the text;
 * of a table, every cell but the id. Undefined when the row has nothing of the kind, so it equals no other.
 */
export function comparedText(row: Row, compare: Compare): string | undefined {
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

/** The same text for rows that count as the same. */
export function samenessKey(row: Row, compare: Compare, ignored: Ignored): string | undefined {
  const text = comparedText(row, compare);
  return text === undefined ? undefined : normaliseParts(text, ignored);
}

/** Each turn by itself, so that no text moves from question to answer. */
export const normaliseParts = (text: string, ignored: Ignored): string =>
  text
    .split(TURN_MARK)
    .map((part) => normalise(part, ignored))
    .join(TURN_MARK);
