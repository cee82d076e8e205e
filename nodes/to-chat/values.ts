/** Cells as texts and as the JSON that stands in them. Pure. */
import { type Cell, parseExact } from "@/engines/table";
import { pythonLiteral } from "./python-literal";

export const isObject = (cell: Cell | undefined): cell is { [key: string]: Cell } =>
  typeof cell === "object" && cell !== null && !Array.isArray(cell);

export function text(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** CSV carries lists as JSON text, or as Python prints them. */
export function parsed(cell: Cell): Cell {
  if (typeof cell !== "string") return cell;
  try {
    return parseExact(cell, (digits) => digits) as Cell;
  } catch {
    return /^\s*[[{(]/.test(cell) ? (pythonLiteral(cell) ?? cell) : cell;
  }
}
