/** The statements that choose rows by their scores. Pure. */
import type { Bound } from "@/graph/bound";
import { boundsOf, type Scored } from "@/graph/scores";
import type { SqlColumn } from "./cells";
import { ident, literal, parquet } from "./quote";

/** What is stored of each row when it is scored. */
export function scoredColumns({ scores, selector }: Scored): SqlColumn[] {
  const id = { name: "_row", sql: "VARCHAR" };
  if (selector.by === "clusters")
    return [id, { name: "cluster", sql: "VARCHAR" }, { name: "length", sql: "BIGINT" }];
  return [id, ...Object.keys(scores).map((name) => ({ name, sql: "DOUBLE" }))];
}

/** A row of what `pickSql` chooses. */
export type Picked = {
  place: number;
  /** Which of the bounds it breaks. */
  broken: number | null;
  /** The id of the row that stays for it. */
  kept: string | null;
  value: number | null;
};

/**
 * One line for each row of the scores, in their order: `place`, `gone`, `broken`, `kept`, `value`, and for clusters
 * `copies`, how many rows are like it.
 */
export function pickSql(scores: string, scored: Scored, params: Readonly<Record<string, unknown>>): string {
  const { selector } = scored;
  const source = parquet(scores, { rowNumber: true });
  switch (selector.by) {
    case "bounds": {
      const bounds = boundsOf(scored, params);
      const first = (then: (bound: Bound, i: number) => string) =>
        bounds.length === 0
          ? "NULL"
          : `CASE ${bounds.map((bound, i) => `WHEN ${brokenSql(bound)} THEN ${then(bound, i)}`).join(" ")} END`;
      return `SELECT place, broken IS NOT NULL AS gone, broken, NULL::VARCHAR AS kept, value FROM (
        SELECT file_row_number AS place, (${first((_, i) => String(i))})::INTEGER AS broken,
          (${first(({ column }) => ident(column))})::DOUBLE AS value FROM ${source})`;
    }
    case "clusters": {
      const order = params[selector.keep] === "longest" ? "length DESC, place" : "place";
      return `SELECT place, gone, NULL::INTEGER AS broken, CASE WHEN gone THEN first END AS kept,
          CASE WHEN gone THEN 1::DOUBLE END AS value, copies FROM (
        SELECT place, first_value("_row") OVER same AS first, cluster IS NOT NULL AND row_number() OVER same > 1 AS gone,
          CASE WHEN cluster IS NULL THEN 1 ELSE count(*) OVER (PARTITION BY cluster) END::DOUBLE AS copies
        FROM (SELECT file_row_number AS place, "_row", cluster, length FROM ${source})
        WINDOW same AS (PARTITION BY cluster ORDER BY ${order})
      ) ORDER BY place`;
    }
    case "top-n": {
      const score = ident(selector.score);
      const order = selector.direction === "highest" ? "DESC" : "ASC";
      return `SELECT place, gone, NULL::INTEGER AS broken, NULL::VARCHAR AS kept, value FROM (
        SELECT file_row_number AS place, ${score} AS value,
          row_number() OVER (ORDER BY ${score} ${order} NULLS LAST, file_row_number) > ${literal(Number(params[selector.count]))} AS gone
        FROM ${source}) ORDER BY place`;
    }
  }
}

/** The scores of each row for people to look at, in its order. */
export function shownScoresSql(scores: string, picked: string, { selector }: Scored): string {
  if (selector.by !== "clusters") return `SELECT * FROM ${parquet(scores)}`;
  return `SELECT scores."_row", picked.copies FROM ${parquet(scores)} scores POSITIONAL JOIN ${parquet(picked)} picked`;
}

/** Never NULL: a row without the score breaks nothing. */
export function brokenSql({ column, least, most }: Bound): string {
  const value = `TRY_CAST(${ident(column)} AS DOUBLE)`;
  const sides = [
    ...(least === undefined ? [] : [`${value} < ${literal(least)}`]),
    ...(most === undefined ? [] : [`${value} > ${literal(most)}`]),
  ];
  return sides.length ? `coalesce(${sides.join(" OR ")}, false)` : "false";
}
