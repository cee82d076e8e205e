/** What the server knows about the draft: the plan, last results, the run under way; and from these each node's state. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { canonicalJson } from "@/graph/cache-key";
import type { GraphFile } from "@/graph/document";
import type { Plan } from "@/graph/plan";
import type { Problem } from "@/graph/problems";
import type { NodeRunView, RunView } from "@/graph/run-view";
import { type NodeResult, type NodeState, nodeState } from "./node-state";
import { share } from "./share";

export type Point = { step: number; value: number };
/** Metric curves of the run under way: node → metric → points. */
export type Curves = Readonly<Record<string, Readonly<Record<string, readonly Point[]>>>>;

export type StatusState = {
  plan: Plan | undefined;
  results: Readonly<Record<string, NodeResult>>;
  /** Last results of smoke runs. */
  smoke: Readonly<Record<string, NodeResult>>;
  /** The first error of each node, as the checks of the draft found it. */
  errors: ReadonlyMap<string, Problem>;
  /** The run under way, else the last one. */
  run: RunView | undefined;
  /** The reader started it. */
  mine: boolean;
  /** The graph that the run under way uses. */
  runFile: GraphFile | undefined;
  curves: Curves;
  nodes: Readonly<Record<string, NodeState>>;
};

export type StatusStore = StoreApi<StatusState> & {
  update(change: Partial<Omit<StatusState, "nodes">>, file: GraphFile): void;
};

export function createStatusStore(): StatusStore {
  const store = createStore<StatusState>(() => ({
    plan: undefined,
    results: {},
    smoke: {},
    errors: new Map(),
    run: undefined,
    mine: false,
    runFile: undefined,
    curves: {},
    nodes: {},
  }));
  return Object.assign(store, {
    update(change: Partial<Omit<StatusState, "nodes">>, file: GraphFile) {
      const before = store.getState();
      const next = { ...before, ...change };
      store.setState({ ...change, nodes: share(before.nodes, fold(next, file)) });
    },
  });
}

export const isActive = (run: RunView | undefined) =>
  run?.status === "QUEUED" || run?.status === "RUNNING" || run?.status === "WAITING";

function fold(
  { plan, results, smoke, errors, run, runFile }: StatusState,
  file: GraphFile,
): Record<string, NodeState> {
  const plans = new Map(plan?.nodes.map((entry) => [entry.id, entry]));
  const lives = new Map<string, NodeRunView>(run?.nodes.map((node) => [node.id, node]));
  const used = new Map(runFile?.nodes.map((node) => [node.id, node]));
  return Object.fromEntries(
    file.nodes.map((node) => {
      const before = used.get(node.id);
      const edited = before !== undefined && canonicalJson(before.params) !== canonicalJson(node.params);
      return [
        node.id,
        nodeState({
          node,
          plan: plans.get(node.id),
          error: errors.get(node.id),
          blocked: plan !== undefined && !plans.has(node.id),
          live: lives.get(node.id),
          run: run && { number: run.number, id: run.run, status: run.status, smoke: run.smoke },
          result: results[node.id],
          smoke: smoke[node.id],
          edited,
        }),
      ];
    }),
  );
}
