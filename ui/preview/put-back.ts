/** Which rows a person put back, and what a press of the button makes of them. Pure. */
import { namesRow } from "@/graph/row-ids";
import type { Row } from "./source";

export const rowsPutBack = (params: Readonly<Record<string, unknown>>): string[] =>
  Array.isArray(params.putBack) ? params.putBack.map(String) : [];

/** Sorted, so that the order of pressing never changes a cache key; `undefined` when none is left. */
export function withRows(
  before: readonly string[],
  ids: readonly string[],
  on: boolean,
): string[] | undefined {
  const chosen = new Set(before);
  for (const id of ids) {
    for (const given of before) if (namesRow(given, id)) chosen.delete(given);
    if (on) chosen.add(id);
  }
  return chosen.size ? [...chosen].sort() : undefined;
}

/** Only what was taken away or altered can be put back; what was put back can be dropped again. */
export const canPutBack = (row: Row) =>
  row.action === "removed" || row.action === "changed" || row.action === "kept";
