/** Two runs side by side: parameters that differ, and the metrics both measured. Pure. */
import { canonicalJson } from "./cache-key";

export type RunFacts = Readonly<
  Record<string, { params: Readonly<Record<string, unknown>>; metrics: Readonly<Record<string, number>> }>
>;
export type ParamDifference = { node: string; param: string; before: unknown; after: unknown };
export type MetricPair = {
  node: string;
  metric: string;
  before: number | undefined;
  after: number | undefined;
};

/** A node that only one run has differs in every parameter it has. */
export function paramDifferences(before: RunFacts, after: RunFacts): ParamDifference[] {
  return namesOf(before, after).flatMap((node) => {
    const [old, now] = [before[node]?.params ?? {}, after[node]?.params ?? {}];
    return namesOf(old, now)
      .filter((param) => canonicalJson(old[param] ?? null) !== canonicalJson(now[param] ?? null))
      .map((param) => ({ node, param, before: old[param], after: now[param] }));
  });
}

export function metricPairs(before: RunFacts, after: RunFacts): MetricPair[] {
  return namesOf(before, after).flatMap((node) => {
    const [old, now] = [before[node]?.metrics ?? {}, after[node]?.metrics ?? {}];
    return namesOf(old, now).map((metric) => ({ node, metric, before: old[metric], after: now[metric] }));
  });
}

/** Names of either, in the order of the newer one. */
const namesOf = (before: object, after: object) => [
  ...new Set([...Object.keys(after), ...Object.keys(before)]),
];
