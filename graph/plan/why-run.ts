/** Why a node that has no result to reuse runs: the exact difference to its last success in this graph. */
import { diffParams } from "../diff";
import type { OutputView } from "../run-view";
import type { PlannedNode } from "./execution-plan";
import type { PlanContext, Reason } from "./plan";

const rowsOf = (view: OutputView | undefined) => (view?.facts as { rows?: number } | undefined)?.rows;

export function whyRun(
  ctx: PlanContext,
  node: PlannedNode,
  inputs: Record<string, OutputView>,
  key: string | undefined,
): Reason[] {
  const last = ctx.last[node.id];
  if (!last) return [{ code: "never-ran" }];
  if (last.smokeOnly) return [{ code: "only-smoke", run: last.run }];
  if (key !== undefined && last.cacheKey === key) return [{ code: "result-gone" }];
  const files = node.files ?? {};
  const text = (value: unknown) => (value === undefined ? "—" : JSON.stringify(value));
  const reasons: Reason[] = diffParams(last.params, node.params)
    .filter(({ param }) => !(param in files))
    .map(({ param, before, after }) => ({ code: "param", param, before: text(before), after: text(after) }));
  for (const [param, digest] of Object.entries(files))
    if (last.files?.[param] !== digest) reasons.push({ code: "file", param });
  for (const port of new Set([...Object.keys(inputs), ...Object.keys(last.inputs)])) {
    if (inputs[port]?.digest === last.inputs[port]?.digest) continue;
    const rowsBefore = last.inputs[port]?.rows;
    const rowsAfter = rowsOf(inputs[port]);
    reasons.push({
      code: "input",
      port,
      ...(rowsBefore === undefined ? {} : { rowsBefore }),
      ...(rowsAfter === undefined ? {} : { rowsAfter }),
    });
  }
  if (last.codeVersion !== node.codeVersion || last.version !== node.version) {
    reasons.push({ code: "code", before: last.codeVersion, after: node.codeVersion });
  }
  return reasons.length ? reasons : [{ code: "machine" }];
}

/** With the rows that were added, removed and changed, where both tables are there to be compared. */
export async function withRowChanges(
  ctx: PlanContext,
  id: string,
  inputs: Record<string, OutputView>,
  reasons: readonly Reason[],
): Promise<Reason[]> {
  return Promise.all(
    reasons.map(async (reason) => {
      if (reason.code !== "input" || inputs[reason.port]?.type !== "dataset") return reason;
      const before = ctx.last[id]?.inputs[reason.port]?.digest;
      const rows = before && (await ctx.compareInputs?.(before, inputs[reason.port]!.digest));
      return rows ? { ...reason, rows } : reason;
    }),
  );
}
