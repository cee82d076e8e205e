/** What the gateway's routes need of their surroundings: a test gives them without a database. */
import type { ChainFile } from "@/engines/llama/chain-file";
import type { Served, ServedChain } from "../deployments/served";
import type { Place } from "./guard";
import type { GatewayMetrics } from "./metrics";
import type { ModelLease } from "./model-store";

/** Whom a request speaks for. Without a team (on loopback) every team's deployments are seen. */
export type Caller = { teamId?: string };

export type ServedRow = Pick<Served, "id" | "slug" | "digest" | "desired" | "updatedAt" | "contextLength">;

export type GatewayParts = {
  findDeployment(slug: string, caller: Caller): Promise<ServedRow | undefined>;
  listDeployments(caller: Caller): Promise<ServedRow[]>;
  findChain(slug: string, caller: Caller): Promise<ChainFile | undefined>;
  listChains(caller: Caller): Promise<Pick<ServedChain, "slug" | "inputs" | "outputs">[]>;
  /** Loads the model if it is not in memory; it stays there until the lease is released. */
  openModel(served: Pick<ServedRow, "id" | "digest">): Promise<ModelLease>;
  /** Undefined refuses the request. Without it everybody who passes the guard is let in. */
  authenticate?: (request: Request) => Promise<Caller | undefined>;
  place: Place;
  metrics: GatewayMetrics;
  /** Aborted when the gateway stops: running answers end. */
  closing: AbortSignal;
  log(level: "info" | "warn" | "error", message: string, values?: Record<string, unknown>): void;
};

export type ApiEnv = { Bindings: { caller?: Caller }; Variables: { model?: string } };
