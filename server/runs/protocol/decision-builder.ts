/** One decision in the making. It works on copies: the state it was given stays as it was. */

import { type ExecutionPlan, indexPlan, type PlannedNode, parentsOf } from "@/graph/plan/execution-plan";
import { inputsOf, type NodeInput, nodeKeyText } from "@/graph/plan/node-key";
import type { Reason } from "@/graph/plan/reason";
import type { NodeRunStatus } from "@/graph/run-view";
import { foldRun, isDone } from "@/graph/status";
import type {
  ArtifactRef,
  Claim,
  Decision,
  Fenced,
  Hit,
  Knowledge,
  NodeFailure,
  NodeState,
  Outputs,
  RunState,
  Writes,
} from "./decision";

export class DecisionBuilder {
  readonly nodes = new Map<string, NodeState>();
  readonly children: ReadonlyMap<string, readonly string[]>;
  readonly claims: Claim[] = [];
  /** Results of this very decision, which no look-up can see yet. */
  readonly fresh = new Map<string, Hit>();
  cancelRequested: boolean;
  readonly plans: ReadonlyMap<string, PlannedNode>;
  /** Nodes whose children are yet to be considered, in the order in which they ended. */
  private readonly ended: string[] = [];
  private readonly touched = new Set<string>();
  private readonly wantedKeys = new Set<string>();
  private readonly wantedFlights = new Map<string, { cacheKey: string; attempt: number }>();
  private readonly writes: Omit<Writes, "run" | "nodes"> = {
    inputs: [],
    outputs: [],
    opened: [],
    closed: [],
    forget: { inputs: [], outputs: [] },
    events: [],
  };

  constructor(
    readonly plan: ExecutionPlan,
    readonly before: RunState,
    readonly known: Knowledge,
  ) {
    for (const node of before.nodes) this.nodes.set(node.nodeId, { ...node });
    ({ plans: this.plans, children: this.children } = indexPlan(plan));
    this.cancelRequested = before.cancelRequested;
  }

  get forget() {
    return this.writes.forget;
  }

  finish(accepted: boolean[]): Decision {
    const all = [...this.nodes.values()];
    const status = foldRun(
      all.map((node) => node.status),
      this.cancelRequested,
    );
    // A run does not go back to the queue when its only running node is tried again.
    const settled = status === "QUEUED" && this.before.status === "RUNNING" ? "RUNNING" : status;
    if (settled !== this.before.status) this.say(`run.${settled.toLowerCase()}`, null, { status: settled });
    return {
      writes: {
        ...this.writes,
        run: { status: settled, cancelRequested: this.cancelRequested },
        nodes: all.filter((node) => this.touched.has(node.nodeId)),
      },
      accepted,
      claims: this.claims,
      wanted: {
        keys: [...this.wantedKeys],
        flights: [...this.wantedFlights].map(([nodeRunId, rest]) => ({ nodeRunId, ...rest })),
      },
    };
  }

  /** The fence: only the attempt that runs now may write. */
  owned({ nodeId, attempt }: Fenced, act: (node: NodeState) => void): boolean {
    const node = this.nodes.get(nodeId);
    if (node?.status !== "RUNNING" || node.attempt !== attempt) return false;
    act(node);
    return true;
  }

  /** Makes a node ready, or more, when all that it needs is there. */
  consider(node: PlannedNode): void {
    const state = this.nodes.get(node.id)!;
    // A frozen node has its outputs from the graph, whatever stands above it.
    if (state.status !== "PENDING" || node.action === "frozen" || this.cancelRequested) return;
    const parents = parentsOf(node).map((id) => this.nodes.get(id)!);
    if (!parents.every((parent) => isDone(parent.status))) return;
    const inputs = this.inputsOf(node);
    for (const { port, slot, artifact } of inputs)
      this.writes.inputs.push({ nodeRunId: state.id, port, slot, artifactId: artifact.id });
    if (node.action === "bypass") {
      const outputs = Object.entries(node.through).flatMap(([output, port]) => {
        const input = inputs.find((one) => one.port === port);
        return input ? [[output, input.artifact] as const] : [];
      });
      this.done(state, "CACHED", Object.fromEntries(outputs), { reasons: [{ code: "bypassed" }] });
      return;
    }
    if (node.cache === "never") {
      this.set(state, "READY", { reasons: reasonsOf(state, { code: "not-cacheable" }) });
      return;
    }
    const cacheKey = this.keyOf(node, inputs);
    const hit = this.lookUp(cacheKey);
    if (hit) this.reuse(state, cacheKey, hit);
    // Unknown yet: the decision is made again with the answer, so what is written here does not matter.
    else this.set(state, "READY", { cacheKey, reasons: reasonsOf(state, { code: "no-result" }) });
  }

  keyOf(node: PlannedNode, inputs: readonly NodeInput<ArtifactRef>[] = this.inputsOf(node)): string {
    return this.known.hash(nodeKeyText(this.before.teamId, node, inputs));
  }

  lookUp(key: string): Hit | undefined {
    const fresh = this.fresh.get(key);
    if (fresh) return fresh;
    const hit = this.known.hits.get(key);
    if (hit === undefined) this.wantedKeys.add(key);
    return hit ?? undefined;
  }

  /** Whether this node may execute its key; while that is not known yet, as if it may. */
  hasFlight({ id }: NodeState, cacheKey: string, attempt: number): boolean {
    const flight = this.known.flights.get(id);
    if (flight === undefined) this.wantedFlights.set(id, { cacheKey, attempt });
    return flight ?? true;
  }

  reuse(state: NodeState, cacheKey: string, hit: Hit): void {
    const reason: Reason = hit.run
      ? { code: "cached", run: hit.run, ...(hit.graph === undefined ? {} : { graph: hit.graph }) }
      : { code: "twin" };
    this.done(state, "CACHED", hit.outputs, { cacheKey, cachedFromId: hit.nodeRunId, reasons: [reason] });
  }

  done(state: NodeState, status: "SUCCEEDED" | "CACHED", outputs: Outputs, more: Partial<NodeState>): void {
    for (const [port, artifact] of Object.entries(outputs))
      this.writes.outputs.push({ nodeRunId: state.id, port, artifactId: artifact.id });
    this.set(state, status, { ...more, outputs });
    this.ended.push(state.nodeId);
    if (this.ended.length > 1) return;
    // What ends a child adds it here: a chain may be as long as a graph, too long for recursion.
    for (const id of this.ended)
      for (const child of this.children.get(id) ?? []) this.consider(this.plans.get(child)!);
    this.ended.length = 0;
  }

  open(node: NodeState, number: number, workerId: string, deadlineMs: number): void {
    this.set(node, "RUNNING", { attempt: number, failure: null });
    this.writes.opened.push({ nodeRunId: node.id, number, workerId, deadlineMs });
  }

  closeAttempt(node: NodeState, failure: NodeFailure | null, detail: string | null): void {
    this.writes.closed.push({ nodeRunId: node.id, number: node.attempt, failure, detail });
  }

  set(node: NodeState, status: NodeRunStatus, more: Partial<NodeState>, type?: string): void {
    Object.assign(node, more, { status });
    this.touched.add(node.nodeId);
    this.say(type ?? `node.${status.toLowerCase()}`, node.nodeId, {
      status,
      attempt: node.attempt,
      ...(more.failure ? { failure: more.failure } : {}),
    });
  }

  say(type: string, nodeId: string | null, payload: Record<string, unknown>): void {
    this.writes.events.push({ type, nodeId, payload });
  }

  private inputsOf(node: PlannedNode): NodeInput<ArtifactRef>[] {
    return inputsOf(node, (id) => this.nodes.get(id)?.outputs);
  }
}

/** What the plan said is more exact than what is known here. */
const reasonsOf = ({ reasons }: NodeState, otherwise: Reason): readonly Reason[] =>
  reasons.length ? reasons : [otherwise];
