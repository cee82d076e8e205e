/** What the gateway's routes need of their surroundings: a test gives them without a database. */
import type { ChainFile } from "@/engines/serving/chain-file";
import type { Served, ServedChain } from "../deployments/served";
import type { Asked, BackendLease } from "./backends/backend-store";
import type { Caller } from "./caller";
import type { Place } from "./guard";
import type { GatewayMetrics } from "./metrics";

export type ServedRow = Pick<
  Served,
  "id" | "teamId" | "slug" | "name" | "version" | "digest" | "desired" | "updatedAt" | "contextLength"
>;

export type GatewayParts = {
  /** Only what the caller may reach is there at all. */
  findDeployment(name: string, caller: Caller): Promise<ServedRow | undefined>;
  listDeployments(caller: Caller): Promise<ServedRow[]>;
  findChain(name: string, caller: Caller): Promise<ChainFile | undefined>;
  listChains(caller: Caller): Promise<Pick<ServedChain, "name" | "slug" | "inputs" | "outputs">[]>;
  /** Starts what answers if it does not run yet; it stays until the lease is released. */
  lendBackend(
    served: Pick<ServedRow, "id" | "teamId" | "digest" | "name">,
    request?: Asked,
  ): Promise<BackendLease>;
  /** How the names of the caller's models begin, where those of other teams are measured too; else nothing. */
  modelPrefix(caller: Caller): Promise<string>;
  /** @throws ApiError 401 */
  whoCalls(request: Request): Promise<Caller>;
  place: Place;
  /** Which installation answers, for its supervisor. */
  instance?: string;
  metrics: GatewayMetrics;
  /** Aborted when the gateway stops: running answers end. */
  closing: AbortSignal;
  log(level: "info" | "warn" | "error", message: string, values?: Record<string, unknown>): void;
};

export type ApiEnv = { Bindings: { caller: Caller }; Variables: { model?: string } };
