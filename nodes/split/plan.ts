/** The statement that gives each row its part. Pure. */
import { ident, literal, placeSql } from "@/engines/table";
import { partSizes, type SplitParams } from "./sizes";

/**
 * `SELECT place, part` for each row of `source`, which has `_row` and `file_row_number`.
 * Rows are ordered by a hash of their id and the seed; strata are dealt out in turn by how far a row is down its own
 * stratum, so each part has its share of each. Groups are ordered by a hash of their value and fall where their middle falls.
 */
export function partsSql(source: string, params: SplitParams, rows: number): string {
  const { seed, stratify, group, folds, fold } = params;
  const sizes = partSizes(params, rows);
  const hash = (value: string) => `md5(concat(${literal(String(seed))}, ':', ${value}))`;
  const inFold = (place: string) =>
    folds > 1
      ? `(${place} - ${sizes.test}) % ${folds} = ${fold - 1}`
      : `${place} < ${sizes.test + sizes.validation}`;
  if (group === "") {
    const stratum = stratify === "" ? "''" : `coalesce(CAST(${ident(stratify)} AS VARCHAR), '')`;
    return `
      WITH hashed AS (SELECT file_row_number AS place, ${stratum} AS stratum, ${hash(placeSql())} AS hash FROM ${source}),
      down AS (SELECT place, hash, (row_number() OVER (PARTITION BY stratum ORDER BY hash, place) - 0.5)
               / count(*) OVER (PARTITION BY stratum) AS depth FROM hashed),
      dealt AS (SELECT place, row_number() OVER (ORDER BY depth, hash, place) - 1 AS n FROM down)
      SELECT place, CASE WHEN n < ${sizes.test} THEN 'test' WHEN ${inFold("n")} THEN 'validation' ELSE 'train' END AS part
      FROM dealt`;
  }
  // A row without a value is a group of its own.
  const key = `coalesce('v' || CAST(${ident(group)} AS VARCHAR), 'r' || "_row")`;
  const cut = sizes.test + sizes.validation;
  const validation =
    folds > 1
      ? `rank() OVER (PARTITION BY tested ORDER BY ordered) % ${folds} = ${fold % folds}`
      : `middle < ${cut}`;
  return `
    WITH keyed AS (SELECT file_row_number AS place, ${key} AS key FROM ${source}),
    sized AS (SELECT key, count(*) AS size, ${hash("regexp_replace(key, '^r[0-9a-f]{8}:', 'r')")} AS hash FROM keyed GROUP BY key),
    placed AS (SELECT key, row_number() OVER (ORDER BY hash, key) AS ordered,
               sum(size) OVER (ORDER BY hash, key) - size / 2.0 AS middle FROM sized),
    marked AS (SELECT *, middle < ${sizes.test} AS tested FROM placed),
    parted AS (SELECT key, CASE WHEN tested THEN 'test' WHEN ${validation} THEN 'validation' ELSE 'train' END AS part FROM marked)
    SELECT place, part FROM keyed JOIN parted USING (key)`;
}
