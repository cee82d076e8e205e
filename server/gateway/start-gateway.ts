import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { totalmem } from "node:os";
import { getRequestListener } from "@hono/node-server";
import { createListener } from "@/server/runs/watch";
import type { BlobStore } from "../artifacts";
import type { Queryable } from "../db";
import { DEPLOYMENT_CHANNEL } from "../deployments/channel";
import { createObserver } from "../deployments/observe";
import { findChain, findDeployment, listChains, listServed, modelPrefix } from "../deployments/served";
import { gatewayOrigin, isLoopback, urlHost } from "../env";
import { instanceId } from "../instance";
import { isAlive } from "../is-alive";
import { engineFigures } from "../overview/engine-figures";
import { endOrphans } from "../worker/executors/local/end-processes";
import { createGatewayApp } from "./app";
import { createBackendStore } from "./backends/backend-store";
import { type ProcessOptions, startProcess } from "./backends/llama/process/start-process";
import { type BackendParts, openBackend } from "./backends/open-backend";
import { reaches, whoCalls } from "./caller";
import { limits } from "./limits";
import { createMetrics } from "./metrics";
import { openChain } from "./open-chain";
import type { GatewayParts } from "./parts";
import { createReconciler } from "./reconcile";

export type GatewayOptions = {
  db: Queryable;
  databaseUrl: string;
  /** Where the keys of the web app's tokens lie. */
  home: string;
  store: BlobStore;
  host: string;
  /** 0 takes any free one. */
  port: number;
  publicUrl?: string | undefined;
  /** Of the web app, whose pages may call the gateway. */
  webPort: number;
  memoryBytes?: number;
  /** Of keys that endpoints send to servers elsewhere. */
  readSecret: BackendParts["readSecret"];
  modelProcess: Omit<ProcessOptions, "memoryBytes">;
  log: GatewayParts["log"];
};

export type Gateway = { url: string; close(): Promise<void> };

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { db, store, host, publicUrl, log } = options;
  // Of a gateway that was killed: a model's process that was stopped or hung could not end with it.
  endOrphans(isAlive);
  const memoryBytes = options.memoryBytes ?? machineMemory() * limits.memoryShare;
  const backendParts: BackendParts = {
    store,
    readSecret: options.readSecret,
    startModel: (order, start) => startProcess(order, { ...options.modelProcess, memoryBytes }, start),
  };
  const backends = createBackendStore({
    open: (wanted) => openBackend(backendParts, wanted),
    memoryBytes,
    crashed({ name }, { reason, values }) {
      metrics.crashes.inc({ model: name, reason });
      log("error", "A backend ended and is started again.", { model: name, reason, values });
    },
    report(wanted, news) {
      if (news.state === "READY") metrics.starts.inc({ model: wanted.name });
      reconciler.heard(wanted, news);
    },
    idleMs: limits.idleMs,
    sweepMs: limits.sweepMs,
  });
  const metrics = createMetrics(backends.state, () => engineFigures(db));
  const closing = new AbortController();
  const parts: GatewayParts = {
    async findDeployment(name, caller) {
      const found = await findDeployment(db, { teamId: caller.teamId, name });
      return found && reaches(caller, "deployments", found.id) ? found : undefined;
    },
    listDeployments: ({ teamId }) => listServed(db, teamId),
    listChains: async ({ teamId }) =>
      (await listChains(db, teamId)).map(({ name, slug, inputs, outputs }) => ({
        name,
        slug,
        inputs,
        outputs,
      })),
    async findChain(name, caller) {
      const found = await findChain(db, { teamId: caller.teamId, name });
      return found && reaches(caller, "chains", found.id) ? openChain(store, found.digest) : undefined;
    },
    modelPrefix: ({ teamId }) => modelPrefix(db, teamId),
    whoCalls: (request) => whoCalls({ db, home: options.home, host }, request),
    lendBackend: backends.use,
    place: { host, publicUrl, origins: webOrigins(options) },
    instance: instanceId({ home: options.home }),
    metrics,
    closing: closing.signal,
    log,
  };
  const slow = { headersTimeout: limits.headersMs, requestTimeout: limits.requestMs };
  const bounds = { ...slow, connectionsCheckingInterval: limits.headersMs / 3 };
  const server = createServer(bounds, getRequestListener(createGatewayApp(parts).fetch));
  server.maxConnections = limits.connections;
  await listen(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  const url = gatewayOrigin({ host, gatewayPort: port });

  const observer = createObserver({
    db,
    url: `${url}/v1`,
    onError(error) {
      if (!closing.signal.aborted)
        log("error", "What was seen of the deployments could not be written.", { error: String(error) });
    },
  });
  const reconciler = createReconciler({
    db,
    backends,
    observer,
    open: (wanted) => openBackend(backendParts, wanted),
    log,
  });
  const reconcile = () =>
    void reconciler.run().catch((error) => {
      if (!closing.signal.aborted)
        log("error", "The deployments could not be read.", { error: String(error) });
    });
  const listener = createListener(options.databaseUrl);
  listener.on(DEPLOYMENT_CHANNEL, reconcile);
  const timer = setInterval(reconcile, limits.reconcileMs);
  reconcile();
  log("info", "The gateway listens.", { url });

  return {
    url,
    async close() {
      closing.abort(new Error("The gateway is stopping."));
      // First of all: from now on nobody may rely on this gateway.
      await observer.close();
      clearInterval(timer);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const force = setTimeout(() => server.closeAllConnections(), limits.closeMs);
      await closed;
      clearTimeout(force);
      await listener.close();
      await backends.close();
    },
  };
}

/** What this process may use at all: a container's limit counts. */
function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function webOrigins({ host, publicUrl, webPort }: GatewayOptions): string[] {
  const names = isLoopback(host) ? ["127.0.0.1", "localhost", "[::1]"] : [urlHost(host)];
  return [
    ...names.map((name) => `http://${name}:${webPort}`),
    ...(publicUrl ? [new URL(publicUrl).origin] : []),
  ];
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
