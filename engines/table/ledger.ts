/** The ledger of a node that reads rows: every row that did not go on as it came, and why, as a code with values. */
import type { Values } from "@/graph/problems";
import type { Row, SqlColumn } from "./cells";
import { SNIPPET_CHARACTERS } from "./limits";
import { messagesOf } from "./turns";

export const LEDGER_COLUMNS: readonly SqlColumn[] = [
  { name: "_row", sql: "VARCHAR" },
  { name: "action", sql: "VARCHAR" },
  { name: "rule", sql: "VARCHAR" },
  { name: "values", sql: "JSON" },
  { name: "score", sql: "DOUBLE" },
  { name: "before", sql: "VARCHAR" },
  { name: "after", sql: "VARCHAR" },
];

/**
 * `removed` and `changed` by a rule; `bad`: the node cannot use the row, so it did not go on. `found` is for nodes that
 * only report, `kept` for rows that a person put back: both went on as they were.
 */
export type LedgerAction = "removed" | "changed" | "found" | "kept" | "bad";
export type LedgerEntry = {
  /** A code; `a+b` says that both apply. Its sentence is `ledger.<code>` of the kind's words, or of the shared ones. */
  rule: string;
  /** What the sentence is made with. */
  values?: Values;
  score?: number;
  before?: string;
  after?: string;
};

export const ledgerRow = (
  row: Row,
  action: LedgerAction,
  { rule, values, score, before, after }: LedgerEntry,
): Row => ({
  _row: row._row ?? null,
  action,
  rule,
  values: values ?? null,
  score: score ?? null,
  before: clip(before),
  after: clip(after),
});

function clip(text: string | undefined): string | null {
  if (text === undefined) return null;
  return text.length > SNIPPET_CHARACTERS ? `${text.slice(0, SNIPPET_CHARACTERS)}…` : text;
}

/** A row in a few lines for a person: its conversation, its text, or its cells. */
export function rowText(row: Row): string {
  const turns = messagesOf(row);
  if (turns) return turns.map(({ role, content }) => `${role}: ${content}`).join("\n");
  if (typeof row.text === "string") return row.text;
  const { _row, ...cells } = row;
  return JSON.stringify(cells);
}
