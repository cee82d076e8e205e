/** What a node shows: one status, folded from its own state, the run under way, the plan and its last result. */

import type { GraphNode } from "@/graph/document";
import type { PlanEntry, Reason } from "@/graph/plan";
import type { Problem } from "@/graph/problems";
import type { FailureView, NodeRunView, OutputView, Progress, RunStatus } from "@/graph/run-view";
import type { Status } from "@/ui/status";

/** A node's last result in this graph, whatever run made it. */
export type NodeResult = Pick<NodeRunView, "status" | "seconds" | "outputs" | "metrics"> & {
  run: number;
  runId: string;
  finishedAt?: string | null;
  failure?: FailureView;
  params?: Record<string, unknown>;
  /** The most memory its job took. */
  memoryBytes?: number;
};

export type NodeState = {
  look: Status;
  reasons: Reason[];
  outputs: Record<string, OutputView>;
  metrics: Record<string, number>;
  progress?: Progress;
  failure?: FailureView;
  seconds?: number;
  memoryBytes?: number;
  /** Number of the run the outputs are from, and its id. */
  run?: number;
  runId?: string;
  /** Seconds the next run of it is expected to take. */
  estimate?: number;
  /** The run under way uses older parameters than the draft. */
  edited?: true;
  /** What is shown is of a smoke run. */
  smoke?: true;
  /** Why it is invalid. */
  problem?: Problem;
};

export type Known = {
  node: Pick<GraphNode, "state">;
  plan?: PlanEntry | undefined;
  /** What is wrong with it, in the way of a run. */
  error?: Problem | undefined;
  /** There is a plan, and this node is not in it: an error on it or before it stands in the way. */
  blocked?: boolean;
  /** This node in the run under way, or in the last one if it was stopped or failed. */
  live?: NodeRunView | undefined;
  run?: { number: number; id: string; status: RunStatus; smoke: boolean } | undefined;
  result?: NodeResult | undefined;
  /** Its last result of a smoke run. */
  smoke?: NodeResult | undefined;
  /** Whether the draft differs from what the run under way uses. */
  edited?: boolean;
};

const LIVE: Record<NodeRunView["status"], Status> = {
  PENDING: "queued",
  READY: "queued",
  RUNNING: "running",
  WAITING: "waiting",
  SUCCEEDED: "done",
  CACHED: "cached",
  FAILED: "failed",
  SKIPPED: "skipped",
  CANCELLED: "stopped",
};

const active = (status: RunStatus) => status === "QUEUED" || status === "RUNNING" || status === "WAITING";

/**
 * Results of smoke runs are a layer of their own: while such a run goes on, and where nothing else has run. What a smoke run
 * did says nothing of the results of whole runs, so those keep their state.
 */
export function nodeState(known: Known): NodeState {
  const { node, plan, run, result, smoke, edited } = known;
  const going = run && active(run.status);
  // A smoke run that is over tells only of itself.
  const live = run?.smoke && !going ? undefined : known.live;
  const base: NodeState = {
    look: "idle",
    reasons: known.blocked ? [{ code: "blocked" }] : (plan?.reasons ?? []),
    outputs: typed(plan?.outputs ?? result?.outputs ?? {}),
    metrics: result?.metrics ?? {},
    ...(result?.seconds == null ? {} : { seconds: result.seconds }),
    ...(result?.memoryBytes ? { memoryBytes: result.memoryBytes } : {}),
    ...madeBy(plan, result),
    ...(plan ? { estimate: plan.estimate.seconds } : {}),
  };
  if (node.state === "muted") return { ...base, look: "muted" };
  if (live && going) {
    const state = { ...base, ...fromRun(live, run), ...(edited ? { edited: true as const } : {}) };
    return run.smoke ? inSmoke(state) : state;
  }
  if (known.error) return { ...base, look: "invalid", problem: known.error };
  if (node.state === "frozen" || plan?.action === "frozen") return { ...base, look: "frozen" };
  if (node.state === "bypassed" || plan?.action === "bypass") return { ...base, look: "bypassed" };
  if (plan?.action === "cached") return { ...base, look: live?.status === "SUCCEEDED" ? "done" : "cached" };
  if (live?.status === "FAILED" && (!plan || !edited) && !known.blocked)
    return { ...base, look: "failed", ...(live.failure ? { failure: live.failure } : {}) };
  if (live?.status === "CANCELLED" && live.startedAt && !hasOutputs(base))
    return { ...base, look: "stopped" };
  if (plan?.action === "skip") return { ...base, look: "skipped" };
  if (!plan && !known.blocked && live && (live.status === "SUCCEEDED" || live.status === "CACHED"))
    return { ...base, ...fromRun(live, run) };
  // A side effect runs whenever it is asked to; what it did last still stands.
  if (plan?.unchanged && result?.status === "SUCCEEDED") return { ...base, look: "done" };
  if (hasOutputs(base)) return { ...base, look: "stale" };
  return smokeState(base, known, smoke);
}

/** Nothing but smoke runs has run it: what the last of them gave, or why it left the node out. */
function smokeState(base: NodeState, { live, run }: Known, smoke: NodeResult | undefined): NodeState {
  const last = run?.smoke ? live : undefined;
  if (last?.status === "FAILED")
    return inSmoke({ ...base, look: "failed", ...(last.failure ? { failure: last.failure } : {}) });
  if (last?.status === "SKIPPED") return inSmoke({ ...base, look: "skipped", reasons: [...last.reasons] });
  if (!smoke) return { ...base, look: "idle" };
  const { outputs, metrics, seconds, memoryBytes } = smoke;
  return inSmoke({
    ...base,
    look: "smoke",
    ...{ outputs: typed(outputs), metrics, run: smoke.run, runId: smoke.runId },
    ...(seconds == null ? {} : { seconds }),
    ...(memoryBytes ? { memoryBytes } : {}),
  });
}

const inSmoke = (state: NodeState): NodeState => ({
  ...state,
  look: state.look === "done" || state.look === "cached" ? "smoke" : state.look,
  smoke: true,
});

/** The run whose outputs are shown: that of the plan where it reuses a result; a run of another graph has no number here. */
function madeBy(
  plan: PlanEntry | undefined,
  result: NodeResult | undefined,
): Pick<NodeState, "run" | "runId"> {
  const reused = plan?.action === "cached" ? plan : undefined;
  if (!reused || reused.run === result?.run) return result ? { run: result.run, runId: result.runId } : {};
  return reused.runOf === undefined && reused.run !== undefined ? { run: reused.run } : {};
}

/** Facts always say their type, also where a store kept it beside them. */
const typed = (outputs: Record<string, OutputView>): Record<string, OutputView> =>
  Object.fromEntries(
    Object.entries(outputs).map(([port, output]) => {
      const facts = { ...(output.facts as object), type: output.type } as OutputView["facts"];
      return [port, output.facts?.type ? output : { ...output, facts }];
    }),
  );

const hasOutputs = (state: NodeState) => Object.keys(state.outputs).length > 0;

function fromRun(live: NodeRunView, run: Known["run"]): Partial<NodeState> & { look: Status } {
  const fresh = Object.keys(live.outputs).length > 0;
  return {
    look: LIVE[live.status],
    ...(fresh ? { outputs: typed(live.outputs) } : {}),
    ...(Object.keys(live.metrics).length ? { metrics: live.metrics } : {}),
    ...(live.progress ? { progress: live.progress } : {}),
    ...(live.failure ? { failure: live.failure } : {}),
    ...(live.seconds === null ? {} : { seconds: live.seconds }),
    // A cached node's result is of the run that made it, which the plan and the last result know.
    ...(run && live.status !== "CACHED" && (fresh || live.status === "RUNNING")
      ? { run: run.number, runId: run.id }
      : {}),
  };
}

/** Share done of what can be told, 0 to 1. */
export function shareDone(progress: Progress | undefined): number | undefined {
  if (!progress?.total) return undefined;
  return Math.min(1, Math.max(0, progress.done / progress.total));
}

export type WireLook = "flow" | "solid" | "stale" | "empty";

const OLD: readonly Status[] = ["stale", "invalid", "queued", "running", "failed"];

/** A wire flows while its target runs, is solid with data, dashed with old data, dotted without. */
export function wireLook(from: NodeState | undefined, to: NodeState | undefined, hasData: boolean): WireLook {
  if (!from || !hasData) return "empty";
  if (to?.look === "running") return "flow";
  if (OLD.includes(from.look)) return "stale";
  return "solid";
}
