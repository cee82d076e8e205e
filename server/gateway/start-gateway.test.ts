import { copyFile, mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testGguf } from "@/engines/llama/_testing/model";
import type { PortType } from "@/graph/ports";
import { asInput, fakeContext } from "@/nodes/_testing/context";
import { chain } from "@/nodes/chain/definition";
import runChainNode from "@/nodes/chain/run";
import { deploy } from "@/nodes/deploy/definition";
import runDeploy from "@/nodes/deploy/run";
import { endpoint } from "@/nodes/endpoint/definition";
import runEndpoint from "@/nodes/endpoint/run";
import { program } from "../_testing/programs";
import { type BlobStore, localStore, putFolder } from "../artifacts";
import { type TestDatabase, testDatabase } from "../database/testing";
import { transaction } from "../db";
import { onFinished } from "../deployments/on-finished";
import { startDeployment, stopDeployment } from "../deployments/set-desired";
import { listDeployments } from "../overview/list-deployments";
import { newId } from "../runs/ids";
import { writeAbortingGguf } from "./_testing/bad-gguf";
import { type Gateway, startGateway } from "./start-gateway";

const TEAM = "team";
let database: TestDatabase;
let home: string;
let store: BlobStore;
let gateway: Gateway;
let openai: OpenAI;
let modelDigest: string;
let modelDir: string;
let logsDir: string;

beforeAll(async () => {
  database = await testDatabase();
  logsDir = await mkdtemp(join(tmpdir(), "telar-logs-"));
  home = await mkdtemp(join(tmpdir(), "telar-gateway-"));
  store = localStore(join(home, "artifacts"));
  await database.pool.query('INSERT INTO "Team" (id, slug, name) VALUES ($1, $1, $1)', [TEAM]);
  modelDir = await mkdtemp(join(tmpdir(), "telar-model-"));
  await copyFile(await testGguf(), join(modelDir, "model.gguf"));
  const kept = await mkdtemp(join(tmpdir(), "telar-model-"));
  await copyFile(await testGguf(), join(kept, "model.gguf"));
  modelDigest = (await putFolder(store, kept, { type: "model", facts: { format: "gguf" } })).digest;
  gateway = await startGateway({
    db: database.pool,
    databaseUrl: database.url,
    home,
    store,
    host: "127.0.0.1",
    port: 0,
    webPort: 3000,
    readSecret: async (_team, name) => `key of ${name}`,
    modelProcess: { entry: { file: program("model-process") }, logsDir },
    log: () => {},
  });
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterAll(async () => {
  await gateway.close();
  await database.close();
});

/** What the run engine does when a node has succeeded. */
async function finish(nodeId: string, port: string, sealed: { type: PortType; dir: string }): Promise<void> {
  const { type, ...facts } = sealed.type;
  const stored = await putFolder(store, sealed.dir, { type, facts: JSON.parse(JSON.stringify(facts)) });
  await transaction(database.pool, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `INSERT INTO "Artifact" (id, "teamId", digest, type, facts, manifest) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ("teamId", digest) DO UPDATE SET type = excluded.type RETURNING id`,
      [newId(), TEAM, stored.digest, type, stored.manifest.facts, JSON.stringify(stored.manifest)],
    );
    const outputs = { [port]: { id: rows[0]!.id, digest: stored.digest, facts: sealed.type } };
    // No run stands behind this: the row may name none.
    await onFinished(tx, { teamId: TEAM, runId: null as never, nodeId, nodeRunId: "none", outputs });
  });
}

async function deployAs(slug: string, over: object = {}) {
  const { ctx } = await fakeContext(deploy);
  const model = {
    ...asInput({ dir: modelDir, type: { type: "model", format: "gguf", name: "SmolLM2" } }),
    digest: modelDigest,
  };
  const params = deploy.params.parse({ slug, contextLength: 512, temperature: 0, maxTokens: 8, ...over });
  return (await runDeploy({ inputs: { model, adapter: undefined, report: undefined }, params, ctx }))
    .endpoint;
}

const listed = async (slug: string) =>
  (await listDeployments(database.prisma, TEAM)).find((one) => one.slug === slug);
const seen = async (slug: string) => (await listed(slug))?.observed;
const ask = (model: string, content = "What is the capital of France?") =>
  openai.chat.completions.create({ model, messages: [{ role: "user", content }] });

test("what a deploy node made is served as soon as its transaction commits", async () => {
  await finish("deploy", "endpoint", await deployAs("support"));
  const { choices } = await ask("support");
  expect(choices[0]?.message.content).toContain("Paris");
  await expect.poll(() => seen("support"), { timeout: 20_000 }).toBe("READY");
  expect((await openai.models.list()).data).toMatchObject([{ id: "support", context_length: 512 }]);
});

test("deploying again under the name takes over, and an answer under way is finished", async () => {
  const stream = await openai.chat.completions.create({
    model: "support",
    messages: [{ role: "user", content: "Count from one to one hundred." }],
    max_tokens: 120,
    stream: true,
  });
  const reading = (async () => {
    let finish: string | null = null;
    for await (const chunk of stream) finish = chunk.choices[0]?.finish_reason ?? finish;
    return finish;
  })();
  await finish("deploy", "endpoint", await deployAs("support", { contextLength: 256, maxTokens: 3 }));
  const { usage } = await ask("support");
  expect(usage?.completion_tokens).toBe(3);
  expect(["stop", "length"]).toContain(await reading);
  await expect.poll(() => seen("support"), { timeout: 20_000 }).toBe("READY");
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain("telar_gateway_models_loaded 1");
});

test("a stopped deployment answers nothing and holds no memory, until it is started", async () => {
  expect(await stopDeployment(database.pool, TEAM, "support")).toBe(true);
  await expect(ask("support")).rejects.toMatchObject({ status: 404, code: "model_stopped" });
  await expect.poll(() => seen("support"), { timeout: 20_000 }).toBe("STOPPED");
  expect(await (await fetch(`${gateway.url}/metrics`)).text()).toContain("telar_gateway_models_loaded 0");
  expect(await startDeployment(database.pool, TEAM, "support")).toBe(true);
  expect((await ask("support")).choices).toHaveLength(1);
  expect(await stopDeployment(database.pool, TEAM, "nobody")).toBe(false);
});

test("a chain node's chain is served under its name", async () => {
  const { ctx } = await fakeContext(chain);
  const served = asInput(await deployAs("support", { contextLength: 256 }));
  const params = chain.params.parse({
    promptTemplate: "What is the capital of {country}?",
    slug: "capitals",
    maxTokens: 8,
  });
  await finish("chain", "chain", (await runChainNode({ inputs: { endpoint: served }, params, ctx })).chain);
  const response = await fetch(`${gateway.url}/chains/capitals`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ input: { country: "France" } }),
  });
  expect(await response.json()).toMatchObject({ output: expect.stringContaining("Paris") });
});

test("a deployment whose weights are gone fails with the reason", async () => {
  const { ctx } = await fakeContext(deploy);
  const model = {
    ...asInput({ dir: modelDir, type: { type: "model" } }),
    digest: `sha256:${"0".repeat(64)}`,
  } as never;
  const params = deploy.params.parse({ slug: "broken" });
  await finish(
    "deploy",
    "endpoint",
    (await runDeploy({ inputs: { model, adapter: undefined, report: undefined }, params, ctx })).endpoint,
  );
  await expect.poll(() => seen("broken"), { timeout: 20_000 }).toBe("FAILED");
  await expect(ask("broken")).rejects.toMatchObject({ status: 503, code: "artifact_missing" });
});

test("a model on which the native library would abort fails alone and says why", async () => {
  // As a version left it that did not look at models before it deployed them.
  const kept = await mkdtemp(join(tmpdir(), "telar-model-"));
  await writeAbortingGguf(join(kept, "model.gguf"));
  const { digest } = await putFolder(store, kept, { type: "model", facts: { format: "gguf" } });
  const { ctx } = await fakeContext(deploy);
  const model = { ...asInput({ dir: modelDir, type: { type: "model", format: "gguf" } }), digest };
  const params = deploy.params.parse({ slug: "aborts" });
  const { endpoint } = await runDeploy({
    inputs: { model, adapter: undefined, report: undefined },
    params,
    ctx,
  });
  await finish("deploy", "endpoint", endpoint);
  await expect.poll(() => seen("aborts"), { timeout: 20_000 }).toBe("FAILED");
  expect((await listed("aborts"))?.failure).toMatchObject({
    reason: "gguf-refused",
    values: { fault: "range", part: "llama.attention.head_count", value: "0" },
  });
  await expect(ask("aborts")).rejects.toMatchObject({ status: 500, code: "gguf_refused" });
  expect((await ask("support")).choices).toHaveLength(1);
});

test("a server elsewhere shows as ready when it answers, failed while it is away, and ready again", async () => {
  let key: string | undefined;
  const far = createServer((request, response) => {
    key = request.headers.authorization;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: [{ id: "big" }], choices: [{ message: { content: "Paris" } }] }));
  });
  const listenOn = (port: number) => new Promise<void>((done) => far.listen(port, "127.0.0.1", done));
  await listenOn(0);
  const { port } = far.address() as AddressInfo;
  const { ctx } = await fakeContext(endpoint);
  const params = endpoint.params.parse({
    slug: "far",
    url: `http://127.0.0.1:${port}/v1`,
    model: "big",
    apiKey: { secret: "BIG" },
    privateNetwork: true,
  });
  await finish("far", "endpoint", (await runEndpoint({ inputs: {}, params, ctx })).endpoint);
  await expect.poll(() => seen("far"), { timeout: 20_000 }).toBe("READY");
  expect(await listed("far")).toMatchObject({ model: "big", server: `127.0.0.1:${port}` });
  expect((await ask("far")).choices[0]?.message.content).toBe("Paris");
  expect(key).toBe("Bearer key of BIG");
  far.closeAllConnections();
  await new Promise((done) => far.close(done));
  await expect(ask("far")).rejects.toMatchObject({ status: 503, code: "upstream_unreachable" });
  await expect.poll(() => seen("far"), { timeout: 30_000 }).toBe("FAILED");
  expect((await listed("far"))?.failure?.reason).toBe("upstream-unreachable");
  await listenOn(port);
  await expect.poll(() => seen("far"), { timeout: 30_000 }).toBe("READY");
  far.closeAllConnections();
  far.close();
}, 120_000);

test("closing ends answers under way", async () => {
  const second = await startGateway({
    db: database.pool,
    databaseUrl: database.url,
    home,
    store,
    host: "127.0.0.1",
    port: 0,
    webPort: 3000,
    readSecret: async (_team, name) => `key of ${name}`,
    modelProcess: { entry: { file: program("model-process") }, logsDir },
    log: () => {},
  });
  const client = new OpenAI({ baseURL: `${second.url}/v1`, apiKey: "none", maxRetries: 0 });
  const stream = await client.chat.completions.create({
    model: "support",
    messages: [{ role: "user", content: "Count from one to one hundred." }],
    max_tokens: 200,
    stream: true,
  });
  const reading = (async () => {
    for await (const _chunk of stream);
  })();
  const ended = expect(reading).rejects.toThrow();
  await second.close();
  await ended;
});
