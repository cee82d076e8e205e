/** What the gateway's routes need of their surroundings: a test gives them without a database. */
import type { ChainFile } from "@/engines/serving/chain-file";
import type { Served, ServedChain } from "../deployments/served";
import type { BackendLease } from "./backends/backend-store";
import type { Place } from "./guard";
import type { GatewayMetrics } from "./metrics";

/** Whom a request speaks for. Without a team (on loopback) every team's deployments are seen. */
export type Caller = { teamId?: string };

export type ServedRow = Pick<Served, "id" | "slug" | "digest" | "desired" | "updatedAt" | "contextLength">;

export type GatewayParts = {
  findDeployment(slug: string, caller: Caller): Promise<ServedRow | undefined>;
  listDeployments(caller: Caller): Promise<ServedRow[]>;
  findChain(slug: string, caller: Caller): Promise<ChainFile | undefined>;
  listChains(caller: Caller): Promise<Pick<ServedChain, "slug" | "inputs" | "outputs">[]>;
  /** Starts what answers if it does not run yet; it stays until the lease is released. */
  lendBackend(served: Pick<ServedRow, "id" | "digest" | "slug">): Promise<BackendLease>;
  /** Undefined refuses the request. Without it everybody who passes the guard is let in. */
  authenticate?: (request: Request) => Promise<Caller | undefined>;
  place: Place;
  metrics: GatewayMetrics;
  /** Aborted when the gateway stops: running answers end. */
  closing: AbortSignal;
  log(level: "info" | "warn" | "error", message: string, values?: Record<string, unknown>): void;
};

export type ApiEnv = { Bindings: { caller?: Caller }; Variables: { model?: string } };
