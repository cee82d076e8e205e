/** Why a node that has no result to reuse runs: the exact difference to its last success in this graph. */
import type { AnyNode } from "../define-node";
import { diffParams } from "../diff";
import type { GraphNode } from "../document";
import type { OutputView } from "../run-view";
import { smokeParams } from "../smoke";
import type { PlanContext, Reason } from "./plan";

/** Parameters as the run will use them: defaults filled in, smoke values on top. */
export function planParams(
  ctx: PlanContext,
  node: GraphNode,
  definition: AnyNode,
): Record<string, unknown> | undefined {
  const params = ctx.inferred.params[node.id];
  return params && ctx.smoke ? smokeParams(params, definition) : params;
}

const rowsOf = (view: OutputView | undefined) => (view?.facts as { rows?: number } | undefined)?.rows;

export function whyRun(
  ctx: PlanContext,
  node: GraphNode,
  inputs: Record<string, OutputView>,
  key: string | undefined,
): Reason[] {
  const last = ctx.last[node.id];
  const definition = ctx.catalogue[node.kind]!;
  if (!last) return [{ code: "never-ran" }];
  if (key !== undefined && last.cacheKey === key) return [{ code: "result-gone" }];
  const files = ctx.files[node.id] ?? {};
  const text = (value: unknown) => (value === undefined ? "—" : JSON.stringify(value));
  const reasons: Reason[] = diffParams(last.params, planParams(ctx, node, definition) ?? {})
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
  if (last.codeVersion !== definition.codeVersion || last.version !== definition.version) {
    reasons.push({ code: "code", before: last.codeVersion, after: definition.codeVersion });
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
