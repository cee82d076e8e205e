/** How the numbers of a column spread, for a chart with a threshold on it. */
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
    const raw = found.type === "string" ? `length(${ident(column)})` : `TRY_CAST(${ident(column)} AS DOUBLE)`;
    const value = `CASE WHEN isfinite(${raw}::DOUBLE) THEN ${raw}::DOUBLE END`;
    const [range] = (
      await connection.runAndReadAll(
        `SELECT min(v), max(v), count(v), bool_and(v = floor(v)) FROM (SELECT ${value} AS v FROM ${parquet(path)})`,
      )
    ).getRows() as unknown as [number | null, number | null, bigint, boolean | null][];
    const [min, max, known, whole] = range!;
    if (min === null || max === null) return { bins: [], min: null, max: null, missing: rows, rows };
    const most = Math.min(Math.max(1, Math.trunc(bins)), MAX_BINS);
    const { count, width, end } = whole ? wholeBins(min, max, most) : evenBins(min, max, most);
    const counted = (
      await connection.runAndReadAll(
        `SELECT least(${count - 1}, greatest(0, floor((v - ${literal(min)}::DOUBLE) / ${literal(width)}::DOUBLE)))::INTEGER AS bin, count(*)
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

type Bins = { count: number; width: number; end: number };

function evenBins(min: number, max: number, most: number): Bins {
  const count = max === min ? 1 : most;
  return { count, width: (max - min) / count || 1, end: max };
}

/** Each bin holds `width` whole numbers: `from` to `to` − 1. */
function wholeBins(min: number, max: number, most: number): Bins {
  const numbers = max - min + 1;
  const width = Math.ceil(numbers / most);
  const count = Math.ceil(numbers / width);
  return { count, width, end: min + count * width };
}
