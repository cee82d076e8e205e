/** How the numbers of a column spread, for a chart with a threshold on it. */
import type { Column } from "@/graph/ports";
import { withConnection } from "./database";
import { describeOn } from "./describe";
import { MAX_BINS } from "./limits";
import { ident, literal, parquet } from "./quote";

export type Histogram = {
  /**
   * `from` counts in, `to` only in the last bin. Empty when no row has a number. Bins of whole numbers are whole
   * numbers wide, so that none is empty for want of a number in it; the last one may end beyond `max`.
   */
  bins: { from: number; to: number; count: number }[];
  min: number | null;
  max: number | null;
  /** Rows without a number: null, NaN, text that is none. */
  missing: number;
  rows: number;
};

/** Undefined when the table has no such column. Texts are counted by their length. */
export function histogram(
  path: string,
  column: string,
  bins = 40,
  signal?: AbortSignal,
): Promise<Histogram | undefined> {
  return withConnection(async (connection) => {
    const { columns, rows } = await describeOn(connection, path);
    const found = columns.find(({ name }) => name === column);
    if (!found) return undefined;
    const value = valueSql(found);
    const [range] = (
      await connection.runAndReadAll(
        `SELECT min(v)::DOUBLE, max(v)::DOUBLE, (max(v) - min(v))::DOUBLE, min(v)::VARCHAR, count(v), bool_and(v = floor(v))
         FROM (SELECT ${value} AS v FROM ${parquet(path)})`,
      )
    ).getRows() as unknown as [
      ...[number | null, number | null, number | null, string | null],
      ...[bigint, boolean | null],
    ][];
    const [min, max, span, least, known, whole] = range!;
    if (min === null || max === null) return { bins: [], min: null, max: null, missing: rows, rows };
    const most = Math.min(Math.max(1, Math.trunc(bins)), MAX_BINS);
    const { count, width, end } = whole ? wholeBins(min, span!, most) : evenBins(max, span!, most);
    const from = `CAST(${literal(least)} AS ${found.type === "integer" ? "HUGEINT" : "DOUBLE"})`;
    const counted = (
      await connection.runAndReadAll(
        `SELECT least(${count - 1}, greatest(0, floor((v - ${from})::DOUBLE / ${literal(width)}::DOUBLE)))::INTEGER AS bin, count(*)
         FROM (SELECT ${value} AS v FROM ${parquet(path)}) WHERE v IS NOT NULL GROUP BY bin`,
      )
    ).getRows() as unknown as [number, bigint][];
    const counts = new Map(counted.map(([bin, n]) => [bin, Number(n)]));
    return {
      bins: Array.from({ length: count }, (_, i) => ({
        from: min + i * width,
        to: i === count - 1 ? end : min + (i + 1) * width,
        count: counts.get(i) ?? 0,
      })),
      min,
      max,
      missing: rows - Number(known),
      rows,
    };
  }, signal);
}

/** Whole numbers stay whole: ids beyond 2^53 that differ by one are not the same. */
function valueSql({ name, type }: Column): string {
  if (type === "integer") return `${ident(name)}::HUGEINT`;
  const raw = type === "string" ? `length(${ident(name)})` : `TRY_CAST(${ident(name)} AS DOUBLE)`;
  return `CASE WHEN isfinite(${raw}::DOUBLE) THEN ${raw}::DOUBLE END`;
}

type Bins = { count: number; width: number; end: number };

function evenBins(max: number, span: number, most: number): Bins {
  const count = span === 0 ? 1 : most;
  return { count, width: span / count || 1, end: max };
}

/** Each bin holds `width` whole numbers: `from` to `to` − 1. */
function wholeBins(min: number, span: number, most: number): Bins {
  const numbers = span + 1;
  const width = Math.ceil(numbers / most);
  const count = Math.ceil(numbers / width);
  return { count, width, end: min + count * width };
}
