/** The rows of a file that is one object around them. Pure. */
import { Digits } from "@/engines/table";

type Row = Record<string, unknown>;

export const isObject = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Digits);

/** What such a list is called; under another name it is the rows only where nothing stands beside it. */
const LISTS: ReadonlySet<string> = new Set(
  "data dataset rows records items examples samples entries train test validation datos filas dados linhas".split(
    " ",
  ),
);

/** `list`: the member that the rows stand in, empty for a table of columns; `beside`: names of the other members. */
export function rowsWithin(whole: Row): { rows: Row[]; list: string; beside: string } | undefined {
  const members = Object.entries(whole);
  const lists = members.filter(([, value]) => isList(value));
  const [list = "", rows] = lists.length === 1 ? lists[0]! : [];
  if (rows && (members.length === 1 || LISTS.has(list.toLowerCase()))) {
    const beside = members.map(([name]) => name).filter((name) => name !== list);
    return { rows: rows as Row[], list, beside: beside.join(", ") };
  }
  const columns = columnsIn(members);
  return columns && { rows: columns, list: "", beside: "" };
}

/** Of rows: turns of a conversation are none, for one conversation is a row. */
const isList = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(isObject) && !value.every(isTurn);
const isTurn = (value: Row) => ["role", "from", "speaker"].some((name) => Object.hasOwn(value, name));

/** As pandas writes a table: `{"question": {"0": "…", "1": "…"}, "answer": {"0": "…", "1": "…"}}`. */
function columnsIn(members: readonly [string, unknown][]): Row[] | undefined {
  const first = members[0]?.[1];
  const places = isObject(first) ? Object.keys(first) : [];
  if (places.length === 0 || !places.every((place) => /^\d+$/.test(place))) return undefined;
  const fits = (column: unknown): column is Row =>
    isObject(column) &&
    Object.keys(column).length === places.length &&
    places.every((place) => Object.hasOwn(column, place));
  if (!members.every(([, column]) => fits(column))) return undefined;
  return places.map((place) =>
    Object.fromEntries(members.map(([name, column]) => [name, (column as Row)[place]])),
  );
}
