/** Conversations as flat texts, made by DuckDB: a scorer that asks for them never rebuilds the turns in JavaScript. */
import type { TableDescription } from "./describe";
import { ident } from "./quote";
import { fieldsOf, type MoreField, wordsSql } from "./turns";

/** Between role and content, and between turns. */
export const TURN_MARK = "\u0001";

/** A text made of conversations whose turns have these fields. */
export type FlatText = (fields: readonly MoreField[]) => string;

/** Words of the turns of a role, one a line. */
export const contentsOf =
  (role: "user" | "assistant"): FlatText =>
  (fields) =>
    `array_to_string(list_transform(list_filter(messages, lambda m: m.role = '${role}'), lambda m: ${wordsSql(fields, "m")}), chr(10))`;

/** Role and words of all turns, with `TURN_MARK` between them. */
export const allTurns: FlatText = (fields) =>
  `array_to_string(list_transform(messages, lambda m: m.role || chr(1) || ${wordsSql(fields, "m")}), chr(1))`;

/** A turn without role or content makes a row a plain table row, as for every reader of conversations. */
export const isWhole = (fields: readonly MoreField[]): string =>
  `(messages IS NOT NULL AND len(list_filter(messages, lambda m: m.role IS NULL OR (${wordsSql(fields, "m")}) IS NULL)) = 0)`;

/**
 * What to select of a table so that rows with a whole conversation come with `flat` instead of their cells, which are
 * null then; other rows come with `cells`, and null in `flat`. Undefined for a table without conversations.
 */
export function selectFlat(
  { sql }: Pick<TableDescription, "sql">,
  flat: Readonly<Record<string, FlatText>>,
  cells: readonly string[],
): string[] | undefined {
  const fields = fieldsOf(sql.find(({ name }) => name === "messages")?.sql);
  if (!fields) return undefined;
  const whole = isWhole(fields);
  return [
    "_row",
    ...Object.entries(flat).map(
      ([name, text]) => `CASE WHEN ${whole} THEN ${text(fields)} END AS ${ident(name)}`,
    ),
    ...cells
      .filter((name) => name !== "_row")
      .map((name) => `CASE WHEN ${whole} THEN NULL ELSE ${ident(name)} END AS ${ident(name)}`),
  ];
}

/** A name that no column has. */
export function unusedName({ sql }: Pick<TableDescription, "sql">, name: string): string {
  const taken = new Set(sql.map((column) => column.name.toLowerCase()));
  let free = name;
  while (taken.has(free)) free += "_";
  return free;
}
