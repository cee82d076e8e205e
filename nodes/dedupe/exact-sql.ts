/** Rows that are the same to the byte, told by DuckDB alone: no text comes into JavaScript. */
import { fieldsOf, ident, isWhole, type TableDescription, wordsSql } from "@/engines/table";
import type { Compare } from "./normalise";

/** Expressions over a table: `cluster`, equal for rows that are the same and NULL for one like no other, and the `length` of a row. */
export function exactSql(table: TableDescription, compare: Compare): { cluster: string; length: string } {
  const fields = fieldsOf(table.sql.find(({ name }) => name === "messages")?.sql);
  const hasText = table.sql.some(({ name, sql }) => name === "text" && sql === "VARCHAR");
  const row = rowSql(table);
  const text = hasText ? `coalesce('x' || "text", 't' || ${row})` : `'t' || ${row}`;
  const textLength = hasText ? `length(coalesce("text", ${row}))` : `length(${row})`;
  if (!fields) {
    const column = table.sql.find(({ name, sql }) => name === compare && sql === "VARCHAR");
    const compared = compare === "row" ? text : column ? unlessBlank(ident(column.name)) : "NULL";
    return { cluster: hashSql(compared), length: textLength };
  }
  const whole = isWhole(fields);
  const words = (turn: string) => wordsSql(fields, turn);
  const turnOf = (role: string, place: "1" | "-1") =>
    unlessBlank(words(`list_filter(messages, lambda m: m.role = '${role}')[${place}]`));
  const conversation = {
    // With all that a turn holds: a call's id, a weight, what was reasoned.
    row: `'c' || to_json(messages)`,
    question: turnOf("user", "1"),
    answer: turnOf("assistant", "-1"),
  }[compare];
  const other = compare === "row" ? text : "NULL";
  return {
    cluster: hashSql(`CASE WHEN ${whole} THEN ${conversation} ELSE ${other} END`),
    length: `CASE WHEN ${whole} THEN list_sum(list_transform(messages, lambda m: length(${words("m")}))) ELSE ${textLength} END`,
  };
}

/** 128 bits stand for what is compared. */
const hashSql = (compared: string) => `substr(sha256(${compared}), 1, 32)`;

/** A text with something in it. */
const unlessBlank = (text: string) => `CASE WHEN regexp_matches(${text}, '\\S') THEN ${text} END`;

/** Every cell but the id. */
function rowSql({ sql }: TableDescription): string {
  const cells = sql.filter(({ name }) => name !== "_row").map(({ name }) => `to_json(${ident(name)})`);
  const parts = cells.map((cell) => `coalesce(${cell}::VARCHAR, 'null')`);
  return parts.length ? `concat_ws(chr(1), ${parts.join(", ")})` : "''";
}
