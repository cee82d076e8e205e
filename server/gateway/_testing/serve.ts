/** The gateway over HTTP with a real model and without a database. */
import { mkdtemp, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { testGguf } from "@/engines/llama/_testing/model";
import type { ChainFile } from "@/engines/serving/chain-file";
import type { OpenAiEndpoint, ServingConfig } from "@/engines/serving/endpoint-file";
import { program } from "../../_testing/programs";
import { createGatewayApp } from "../app";
import { createBackendStore } from "../backends/backend-store";
import { checkRequest } from "../backends/llama/check-request";
import { type ProcessOptions, startProcess } from "../backends/llama/process/start-process";
import { openAiBackend } from "../backends/openai/openai-backend";
import { createMetrics } from "../metrics";
import type { GatewayParts, ServedRow } from "../parts";

const CONFIG: ServingConfig = { contextLength: 512, parallel: 2, temperature: 0, maxTokens: 64 };

export async function serveTestGateway(
  over: {
    chains?: ChainFile[];
    config?: Partial<ServingConfig>;
    process?: Partial<ProcessOptions>;
    /** Endpoints of servers elsewhere, and the key that is sent to them. */
    remotes?: OpenAiEndpoint[];
    key?: string;
  } & Partial<GatewayParts> = {},
) {
  const { chains = [], config, process: processOptions, remotes = [], key, ...parts } = over;
  const path = await testGguf();
  const modelProcess = {
    entry: { file: program("model-process") },
    logsDir: await mkdtemp(join(tmpdir(), "telar-logs-")),
    memoryBytes: 4e9,
    ...processOptions,
  };
  const served = { ...CONFIG, ...config };
  const backends = createBackendStore({
    async open({ name }) {
      const remote = remotes.find(({ slug }) => slug === name);
      if (remote) return { bytes: 0, start: () => openAiBackend(remote, async () => key) };
      return {
        bytes: (await stat(path)).size,
        check: checkRequest,
        start: (options) => startProcess({ path, config: served }, modelProcess, options),
      };
    },
    memoryBytes: 4e9,
    crashed: ({ name }, { reason }) => metrics.crashes.inc({ model: name, reason }),
    idleMs: 60_000,
    sweepMs: 60_000,
  });
  const metrics = createMetrics(backends.state);
  const rows: ServedRow[] = [
    {
      id: "d1",
      teamId: "team",
      slug: "smol",
      name: "smol",
      digest: "sha256:a",
      version: 3,
      desired: "READY",
      updatedAt: new Date(),
      contextLength: 512,
    },
    {
      id: "d2",
      teamId: "team",
      slug: "asleep",
      name: "asleep",
      digest: "sha256:b",
      version: 3,
      desired: "STOPPED",
      updatedAt: new Date(),
      contextLength: 512,
    },
  ];
  for (const { slug } of remotes)
    rows.push({ ...rows[0]!, id: `r-${slug}`, slug, name: slug, digest: `sha256:${slug}` });
  const logged: string[] = [];
  const closing = new AbortController();
  const app = createGatewayApp({
    findDeployment: async (slug) => rows.find((row) => row.slug === slug),
    listDeployments: async () => rows,
    findChain: async (slug) => chains.find((chain) => chain.slug === slug),
    listChains: async () =>
      chains.map(({ slug, inputs }) => ({ name: slug, slug, inputs, outputs: ["text"] })),
    modelPrefix: async () => "",
    whoCalls: async () => ({ by: "loopback", teamId: "team" }),
    lendBackend: backends.use,
    place: { host: "127.0.0.1", publicUrl: undefined, origins: ["http://127.0.0.1:3000"] },
    metrics,
    closing: closing.signal,
    log: (level, message, values) => void logged.push(`${level} ${message} ${JSON.stringify(values)}`),
    ...parts,
  });
  const server = createServer(getRequestListener(app.fetch));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    rows,
    backends,
    logged,
    async close() {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await backends.close();
    },
  };
}
