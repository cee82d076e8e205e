/** Why a row goes: the rule it breaks, its score and the limit. Pure. */
import type { z } from "zod";
import type { LedgerEntry } from "@/engines/table";
import { breaks } from "@/graph/bound";
import type { qualityFilter } from "./definition";
import type { Scores } from "./scores";
import { boundOf, type RuleName, THRESHOLDS } from "./thresholds";

type Params = z.output<typeof qualityFilter.params>;

/** The first rule that the row breaks, or undefined when it stays. */
export function judge(scores: Scores, params: Params): LedgerEntry | undefined {
  for (const [rule, threshold] of Object.entries(THRESHOLDS) as [RuleName, (typeof THRESHOLDS)[RuleName]][]) {
    const value = scores[threshold.score];
    const bound = boundOf(threshold, params);
    if (value === null || !breaks(value, bound)) continue;
    const limit = threshold.keep === "unmarked" ? undefined : (bound.least ?? bound.most);
    return { rule, score: value, ...(limit !== undefined && { values: { value, limit } }) };
  }
  return undefined;
}
