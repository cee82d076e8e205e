/** A cell of a table as text: a conversation turn by turn, anything else that is nested as JSON. Pure. */
import { isMessages } from "@/ui/preview/data-table";
import type { Cell } from "@/ui/preview/source";

/** Longer texts are cut: a report is read, the data lies in Telar. */
const LONGEST = 400;

export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  const text = isMessages(cell)
    ? cell.map(({ role, content }) => `${role}: ${content}`).join("\n")
    : typeof cell === "object"
      ? JSON.stringify(cell)
      : String(cell);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
