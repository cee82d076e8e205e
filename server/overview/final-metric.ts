/** Which number stands for a run, and the curve drawn beside it. Pure. */

export type MetricSeries = { name: string; values: number[] };
export type FinalMetric = { name: string; value: number; series: number[] };

/** From the most telling to the least. Compared without case, dashes and underscores. */
const PREFERRED = [
  "validationperplexity",
  "heldoutperplexity",
  "perplexity",
  "validationloss",
  "heldoutloss",
  "loss",
];
const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

const rank = (name: string) => {
  const at = PREFERRED.indexOf(plain(name));
  return at < 0 ? PREFERRED.length : at;
};

/** A report's primary metric where a node measured one; else the end of the most telling curve. */
export function finalMetric(
  primary: { name: string; value: number } | undefined,
  series: readonly MetricSeries[],
): FinalMetric | undefined {
  const curves = series.filter((one) => one.values.length && rank(one.name) < PREFERRED.length);
  const [best] = curves.toSorted((a, b) => rank(a.name) - rank(b.name));
  const long = curves.toSorted(
    (a, b) => Number(b.values.length > 3) - Number(a.values.length > 3) || rank(a.name) - rank(b.name),
  );
  const drawn = long[0]?.values ?? [];
  if (primary) return { ...primary, series: drawn };
  const value = best?.values.at(-1);
  return best && value !== undefined ? { name: best.name, value, series: drawn } : undefined;
}

/** From one value of a metric to a later one, as a share of the first; null for other metrics. */
export const changeOf = (before: FinalMetric, after: FinalMetric): number | null =>
  before.name === after.name && before.value !== 0
    ? (after.value - before.value) / Math.abs(before.value)
    : null;
