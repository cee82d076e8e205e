/** The run protocol, decided purely: rows in, writes out. What it must look up it asks for, and is then called again. */
import type { NodeRunStatus } from "@/graph/run-view";
import { foldRun, isDone, isTerminal } from "@/graph/status";
import type {
  Change,
  Claim,
  Decision,
  Fenced,
  Hit,
  Knowledge,
  NodeFailure,
  NodeState,
  Offer,
  Outputs,
  RunState,
  Writes,
} from "./decision";
import { afterFailure } from "./failure-table";
import { inputsOf, type NodeInput, nodeKeyText } from "./node-key";
import { indexPlan, type PlannedNode, parentsOf, type RunPlan } from "./run-plan";

export function decide(
  plan: RunPlan,
  before: RunState,
  changes: readonly Change[],
  known: Knowledge,
): Decision {
  const work = new Work(plan, before, known);
  const accepted = changes.map((change) => work.apply(change));
  return work.finish(accepted);
}

/** One decision in the making. It works on copies: the state it was given stays as it was. */
class Work {
  private readonly nodes = new Map<string, NodeState>();
  private readonly touched = new Set<string>();
  private readonly plans: ReadonlyMap<string, PlannedNode>;
  private readonly children: ReadonlyMap<string, readonly string[]>;
  private cancelRequested: boolean;
  /** Results of this very decision, which no look-up can see yet. */
  private readonly fresh = new Map<string, Hit>();
  private readonly wantedKeys = new Set<string>();
  private readonly wantedFlights = new Map<string, { cacheKey: string; attempt: number }>();
  private readonly claims: Claim[] = [];
  private readonly writes: Omit<Writes, "run" | "nodes"> = {
    inputs: [],
    outputs: [],
    opened: [],
    closed: [],
    events: [],
  };

  constructor(
    private readonly plan: RunPlan,
    private readonly before: RunState,
    private readonly known: Knowledge,
  ) {
    for (const node of before.nodes) this.nodes.set(node.nodeId, { ...node });
    ({ plans: this.plans, children: this.children } = indexPlan(plan));
    this.cancelRequested = before.cancelRequested;
  }

  apply(change: Change): boolean {
    switch (change.type) {
      case "start":
        return this.start();
      case "claim":
        return this.claim(change.offer);
      case "succeed":
        return this.owned(change, (node) => this.succeed(node, change.outputs));
      case "fail":
        return this.owned(change, (node) => this.fail(node, change.failure, change.detail));
      case "stopped":
        return this.owned(change, (node) => this.close(node, "CANCELLED", null));
      case "return":
        return this.owned(change, (node) => {
          if (this.cancelRequested) return this.close(node, "CANCELLED", null);
          this.writes.closed.push({
            nodeRunId: node.id,
            number: node.attempt,
            failure: null,
            detail: "returned",
          });
          this.set(node, "READY", { notBefore: this.known.now });
        });
      case "cancel":
        return this.cancel();
    }
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

  private start(): boolean {
    for (const node of this.plan.nodes) {
      const state = this.nodes.get(node.id)!;
      if (state.status !== "PENDING") continue;
      if (node.action === "skip") this.set(state, "SKIPPED", { why: node.why });
      else if (node.action === "frozen") {
        const outputs = Object.entries(node.outputs).flatMap(([port, digest]) => {
          const artifact = this.known.frozen.get(digest);
          return artifact ? [[port, artifact] as const] : [];
        });
        this.done(state, "CACHED", Object.fromEntries(outputs), { why: "Frozen in the graph." });
      }
    }
    for (const node of this.plan.nodes) this.consider(node);
    return true;
  }

  /** Makes a node ready, or more, when all that it needs is there. */
  private consider(node: PlannedNode): void {
    const state = this.nodes.get(node.id)!;
    if (state.status !== "PENDING" || this.cancelRequested) return;
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
      this.done(state, "CACHED", Object.fromEntries(outputs), { why: "Bypassed: its input passes through." });
      return;
    }
    if (node.cache === "never") {
      this.set(state, "READY", { why: "This kind always runs." });
      return;
    }
    const cacheKey = this.keyOf(node, inputs);
    const hit = this.lookUp(cacheKey);
    if (hit) this.reuse(state, cacheKey, hit);
    // Unknown yet: the decision is made again with the answer, so what is written here does not matter.
    else this.set(state, "READY", { cacheKey, why: "No earlier result fits." });
  }

  private inputsOf(node: PlannedNode): NodeInput[] {
    return inputsOf(node, (id) => this.nodes.get(id)?.outputs);
  }

  private keyOf(node: PlannedNode, inputs = this.inputsOf(node)): string {
    const fingerprint = node.fingerprint ? this.known.fingerprint(node) : undefined;
    return this.known.hash(nodeKeyText(this.before.teamId, node, inputs, fingerprint));
  }

  private lookUp(key: string): Hit | undefined {
    const fresh = this.fresh.get(key);
    if (fresh) return fresh;
    const hit = this.known.hits.get(key);
    if (hit === undefined) this.wantedKeys.add(key);
    return hit ?? undefined;
  }

  private reuse(state: NodeState, cacheKey: string, hit: Hit): void {
    const why = hit.run
      ? `The result of run ${hit.run} fits.`
      : "Another node of this run had the same to do.";
    this.done(state, "CACHED", hit.outputs, { cacheKey, cachedFromId: hit.nodeRunId, why });
  }

  private done(
    state: NodeState,
    status: "SUCCEEDED" | "CACHED",
    outputs: Outputs,
    more: Partial<NodeState>,
  ): void {
    for (const [port, artifact] of Object.entries(outputs))
      this.writes.outputs.push({ nodeRunId: state.id, port, artifactId: artifact.id });
    this.set(state, status, { ...more, outputs });
    for (const child of this.children.get(state.nodeId) ?? []) this.consider(this.plans.get(child)!);
  }

  private claim(offer: Offer): boolean {
    if (this.cancelRequested) return false;
    let { threads, memoryBytes, max } = offer;
    const count = this.claims.length;
    for (const node of this.plan.nodes) {
      const state = this.nodes.get(node.id)!;
      if (state.status !== "READY" || state.notBefore > this.known.now || max <= 0) continue;
      // A node that wants more than the whole machine gets all of it.
      const needThreads = Math.max(1, Math.min(node.resources.threads, offer.totalThreads));
      const needMemory = Math.min(node.resources.memoryBytes, offer.totalMemoryBytes);
      if (needThreads > threads || needMemory > memoryBytes) continue;
      if (node.resources.device === "gpu" && !offer.gpus) continue;
      const attempt = state.attempt + 1;
      if (node.cache === "content") {
        const cacheKey = this.keyOf(node);
        const hit = this.lookUp(cacheKey);
        if (hit) {
          this.reuse(state, cacheKey, hit);
          continue;
        }
        state.cacheKey = cacheKey;
        const flight = this.known.flights.get(state.id);
        if (flight === false) continue;
        if (flight === undefined) this.wantedFlights.set(state.id, { cacheKey, attempt });
      }
      threads -= needThreads;
      memoryBytes -= needMemory;
      max--;
      this.set(state, "RUNNING", { attempt, failure: null });
      const { workerId } = offer;
      this.writes.opened.push({
        nodeRunId: state.id,
        number: attempt,
        workerId,
        deadlineMs: node.deadlineMs,
      });
      const taken = { threads: needThreads, memoryBytes: needMemory };
      this.claims.push({ nodeRunId: state.id, nodeId: node.id, attempt, ...taken });
    }
    return this.claims.length > count;
  }

  /** The fence: only the attempt that runs now may write. */
  private owned({ nodeId, attempt }: Fenced, act: (node: NodeState) => void): boolean {
    const node = this.nodes.get(nodeId);
    if (node?.status !== "RUNNING" || node.attempt !== attempt) return false;
    act(node);
    return true;
  }

  private succeed(node: NodeState, outputs: Outputs): void {
    this.writes.closed.push({ nodeRunId: node.id, number: node.attempt, failure: null, detail: null });
    if (node.cacheKey) this.fresh.set(node.cacheKey, { nodeRunId: node.id, run: 0, outputs });
    this.done(node, "SUCCEEDED", outputs, {});
    for (const twin of this.nodes.values())
      if (twin.status === "READY" && twin.cacheKey && twin.cacheKey === node.cacheKey)
        this.reuse(twin, twin.cacheKey, this.fresh.get(twin.cacheKey)!);
  }

  private fail(node: NodeState, failure: NodeFailure, detail = ""): void {
    if (this.cancelRequested) {
      this.close(node, "CANCELLED", failure, detail);
      return;
    }
    const { spent, retryInMs } = afterFailure(failure.code, node);
    if (retryInMs === undefined) {
      Object.assign(node, spent);
      this.close(node, "FAILED", failure, detail);
      this.skipBelow(node.nodeId);
      return;
    }
    this.writes.closed.push({ nodeRunId: node.id, number: node.attempt, failure, detail });
    this.set(node, "READY", { ...spent, failure, notBefore: this.known.now + retryInMs }, "node.retrying");
  }

  private close(
    node: NodeState,
    status: "FAILED" | "CANCELLED",
    failure: NodeFailure | null,
    detail = "",
  ): void {
    this.writes.closed.push({ nodeRunId: node.id, number: node.attempt, failure, detail });
    this.set(node, status, status === "FAILED" ? { failure } : {});
  }

  private skipBelow(nodeId: string): void {
    for (const child of this.children.get(nodeId) ?? []) {
      const state = this.nodes.get(child)!;
      if (state.status !== "PENDING") continue;
      this.set(state, "SKIPPED", { why: `Needs ${nodeId}, which failed.` });
      this.skipBelow(child);
    }
  }

  private cancel(): boolean {
    if (this.cancelRequested || [...this.nodes.values()].every(({ status }) => isTerminal(status)))
      return false;
    this.cancelRequested = true;
    this.say("run.cancelling", null, {});
    for (const node of this.nodes.values())
      if (node.status === "PENDING" || node.status === "READY" || node.status === "WAITING")
        this.set(node, "CANCELLED", {});
    return true;
  }

  private set(node: NodeState, status: NodeRunStatus, more: Partial<NodeState>, type?: string): void {
    Object.assign(node, more, { status });
    this.touched.add(node.nodeId);
    this.say(type ?? `node.${status.toLowerCase()}`, node.nodeId, {
      status,
      attempt: node.attempt,
      ...(more.failure ? { failure: more.failure } : {}),
    });
  }

  private say(type: string, nodeId: string | null, payload: Record<string, unknown>): void {
    this.writes.events.push({ type, nodeId, payload });
  }
}
