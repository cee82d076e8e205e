import { createHmac, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ACTIONS, type Scope } from "../access";
import { readGatewayToken, signGatewayToken, type TokenTarget } from "../auth/gateway-token";
import { type TestDatabase, testDatabase } from "../database/testing";
import { findChain, findDeployment, listChains, listServed, modelPrefix } from "../deployments/served";
import { createKey } from "../keys/create-key";
import { revokeKey } from "../keys/revoke-key";
import { newId } from "../runs/ids";
import { serveTestGateway } from "./_testing/serve";
import { gatewayApps } from "./app";
import { reaches, whoCalls } from "./caller";

/** Two teams with a deployment and a chain each, all four under one slug. */
const SLUG = "support";
type Things = { teamId: string; deployment: string; chain: string };

let db: TestDatabase;
let home: string;
let ours: Things;
let theirs: Things;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  db = await testDatabase();
  home = await mkdtemp(join(tmpdir(), "telar-caller-"));
  ours = await makeTeam("ours");
  theirs = await makeTeam("theirs");
});
afterAll(async () => {
  for (const close of closing) await close();
  await db.close();
  await rm(home, { recursive: true, force: true });
});

async function makeTeam(slug: string): Promise<Things> {
  const team = await db.prisma.team.create({ data: { slug, name: slug } });
  const of = async (type: string) => {
    const facts = { type, model: `${slug}-model`, inputs: ["question"], outputs: ["text"] };
    const digest = `sha256:${randomBytes(32).toString("hex")}`;
    const id = newId();
    await db.prisma.artifact.create({ data: { id, teamId: team.id, digest, type, facts, manifest: {} } });
    return id;
  };
  const base = { teamId: team.id, slug: SLUG };
  // Stopped: that it was found is seen without loading a model.
  const deployment = await db.prisma.deployment.create({
    data: { ...base, artifactId: await of("endpoint"), desired: "STOPPED" },
  });
  const chain = await db.prisma.chain.create({ data: { ...base, artifactId: await of("chain") } });
  return { teamId: team.id, deployment: deployment.id, chain: chain.id };
}

/** A gateway over these rows that believes to be bound to `host`; it really listens on loopback. */
async function serve(host: string) {
  const pool = db.pool;
  const gateway = await serveTestGateway({
    findDeployment: async (name, caller) => {
      const found = await findDeployment(pool, { teamId: caller.teamId, name });
      return found && reaches(caller, "deployments", found.id) ? found : undefined;
    },
    listDeployments: ({ teamId }) => listServed(pool, teamId),
    findChain: async (name, caller) => {
      const found = await findChain(pool, { teamId: caller.teamId, name });
      return found && reaches(caller, "chains", found.id) ? chainOf(found.slug) : undefined;
    },
    listChains: ({ teamId }) => listChains(pool, teamId),
    modelPrefix: ({ teamId }) => modelPrefix(pool, teamId),
    whoCalls: (asked) => whoCalls({ db: pool, home, host }, asked),
    place: { host, publicUrl: undefined, origins: [] },
  });
  closing.push(gateway.close);
  return gateway;
}
const chainOf = (slug: string) => ({
  slug,
  endpoint: SLUG,
  promptTemplate: "{question}",
  inputs: ["question"],
  output: "text" as const,
  temperature: 0,
  maxTokens: 4,
  stop: [],
});

type Answer = { status: number; code: string | undefined; body: string };
/** `fetch` does not let a program set every header. */
const call = (
  port: number,
  path: string,
  { bearer, headers = {}, body }: { bearer?: string; headers?: Record<string, string>; body?: object } = {},
) =>
  new Promise<Answer>((resolve, reject) => {
    const asked = request(
      {
        host: "127.0.0.1",
        port,
        path,
        method: body ? "POST" : "GET",
        headers: {
          "content-type": "application/json",
          ...(bearer && { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
      },
      async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        const code = /"code":"(\w+)"/.exec(text)?.[1];
        resolve({ status: response.statusCode ?? 0, code, body: text });
      },
    );
    asked.on("error", reject).end(body && JSON.stringify(body));
  });
const chat = (port: number, bearer: string | undefined, model = SLUG) =>
  call(port, "/v1/chat/completions", {
    ...(bearer && { bearer }),
    body: { model, messages: [{ role: "user", content: "Hello" }] },
  });
const newKey = async (over: { teamId?: string; scopes?: Scope[]; expiresAt?: Date } = {}) =>
  (await createKey(db.pool, { teamId: ours.teamId, name: newId(), scopes: ["models"], ...over }))!;
const token = (target: TokenTarget, { teamId } = ours, now?: number) =>
  signGatewayToken(home, { userId: "u", teamId, target }, now);
const ofOurs = (): TokenTarget => ({ kind: "deployments", id: ours.deployment });

const FOUND = { status: 404, code: "model_stopped" };
const NOT_FOUND = { status: 404, code: "model_not_found" };

test("a key reaches what its team serves, by its name with or without the team", async () => {
  const { port } = await serve("10.0.0.5");
  const headers = { host: "10.0.0.5:3001" };
  const key = await newKey();
  const models = await call(port, "/v1/models", { bearer: key, headers });
  expect(models.status).toBe(200);
  for (const name of [SLUG, "ours/support"]) expect(await chat(port, key, name)).toMatchObject(FOUND);
  for (const name of ["theirs/support", "theirs", "ours/support/x", "/support", "ours/"])
    expect(await chat(port, key, name), name).toMatchObject(NOT_FOUND);
  const theirKey = await newKey({ teamId: theirs.teamId });
  expect(await chat(port, theirKey, "theirs/support")).toMatchObject(FOUND);
  const listed = await call(port, "/chains", { bearer: key, headers });
  expect(JSON.parse(listed.body).data).toMatchObject([{ name: "ours/support", slug: SLUG }]);
  const one = await call(port, "/v1/models/ours%2Fsupport", { bearer: key, headers });
  expect(JSON.parse(one.body)).toMatchObject({ id: "ours/support" });
});

test("an unknown, revoked or expired key, and none, are refused with a sentence, health alone answers", async () => {
  const { port } = await serve("10.0.0.5");
  const revoked = await newKey();
  const { rows } = await db.pool.query('SELECT name FROM "ApiKey" ORDER BY "createdAt" DESC LIMIT 1');
  expect((await chat(port, revoked)).code).toBe("model_stopped");
  expect(await revokeKey(db.pool, ours.teamId, rows[0].name)).toBe(true);
  expect(await revokeKey(db.pool, theirs.teamId, rows[0].name)).toBe(false);
  const expired = await newKey({ expiresAt: new Date(Date.now() - 1000) });
  const good = await newKey();
  const bearers = [
    undefined,
    "none",
    revoked,
    expired,
    `${good}x`,
    good.slice(0, -1),
    good.toUpperCase(),
    "telar_",
  ];
  for (const bearer of bearers) {
    const answer = await chat(port, bearer);
    expect(answer, bearer).toMatchObject({ status: 401, code: "invalid_api_key" });
    if (bearer) expect(answer.body).not.toContain(bearer.slice(8) || bearer);
  }
  for (const path of ["/v1/models", "/metrics", "/chains", "/nowhere"])
    expect((await call(port, path)).status, path).toBe(401);
  expect((await call(port, "/health")).status).toBe(200);
});

test("a key in the address, in another header or twice is no key", async () => {
  const { port } = await serve("10.0.0.5");
  const key = await newKey();
  for (const path of [
    `/v1/models?key=${key}`,
    `/v1/models?api_key=${key}`,
    `/v1/models?authorization=Bearer ${key}`,
  ])
    expect((await call(port, encodeURI(path))).status, path).toBe(401);
  for (const name of [
    "x-api-key",
    "api-key",
    "proxy-authorization",
    "cookie",
    "authorization_",
    "x-authorization",
  ])
    expect((await call(port, "/v1/models", { headers: { [name]: `Bearer ${key}` } })).status, name).toBe(401);
  for (const value of [`Basic ${key}`, key, `Bearer ${key},Bearer ${key}`, `Bearer none ${key}`])
    expect((await call(port, "/v1/models", { headers: { authorization: value } })).status, value).toBe(401);
});

test("what a key may do is its scopes'", async () => {
  const { port } = await serve("10.0.0.5");
  const [models, metrics, nothing] = await Promise.all([
    newKey(),
    newKey({ scopes: ["metrics"] }),
    newKey({ scopes: [] }),
  ]);
  expect((await call(port, "/metrics", { bearer: metrics })).status).toBe(200);
  expect((await call(port, "/v1/models", { bearer: models })).status).toBe(200);
  const refused: [string, string, object?][] = [
    [models, "/metrics"],
    [metrics, "/v1/models"],
    [metrics, "/v1/chat/completions", {}],
    [metrics, "/chains/support", {}],
    [nothing, "/v1/models"],
    [nothing, "/chains"],
  ];
  for (const [bearer, path, body] of refused)
    expect(await call(port, path, { bearer, ...(body && { body }) }), path).toMatchObject({
      status: 403,
      code: "insufficient_scope",
    });
});

test("on loopback a program needs no key while one team lives there; with several it is asked whose", async () => {
  const { port } = await serve("127.0.0.1");
  expect(await chat(port, undefined)).toMatchObject({
    status: 401,
    body: expect.stringContaining("Several teams"),
  });
  expect((await chat(port, "none")).status).toBe(401);
  expect((await call(port, "/metrics")).status).toBe(401);
  // Whatever is given is checked, also here.
  expect((await chat(port, "telar_wrong")).status).toBe(401);
  expect(await chat(port, await newKey())).toMatchObject(FOUND);
  await db.prisma.team.update({ where: { id: theirs.teamId }, data: { slug: "away" } });
  const alone = await serve("127.0.0.1");
  const kept = await db.pool.query(`DELETE FROM "Team" WHERE id = $1`, [theirs.teamId]);
  expect(kept.rowCount).toBe(1);
  for (const bearer of [undefined, "none", "sk-something"])
    expect(await chat(alone.port, bearer)).toMatchObject(FOUND);
  const models = await call(alone.port, "/v1/models/support");
  expect(JSON.parse(models.body)).toMatchObject({ id: SLUG });
  expect((await chat(alone.port, "telar_wrong")).status).toBe(401);
  // A proxy before it brings strangers, whatever the gateway is bound to.
  for (const headers of [
    { "x-forwarded-for": "203.0.113.7" },
    { forwarded: "for=203.0.113.7" },
    { via: "1.1 proxy" },
  ])
    expect(
      (await call(alone.port, "/v1/models", { headers: headers as Record<string, string> })).status,
    ).toBe(401);
  theirs = await makeTeam("theirs");
});

test("the web app's token reaches the one thing it names, and nothing else", async () => {
  const { port } = await serve("10.0.0.5");
  const deployment = await token(ofOurs());
  expect(await chat(port, deployment)).toMatchObject(FOUND);
  // Again within its minute it is the same person asking for the same thing.
  expect(await chat(port, deployment, "ours/support")).toMatchObject(FOUND);
  expect(await chat(port, deployment, "theirs/support")).toMatchObject(NOT_FOUND);
  const other = await db.prisma.deployment.findUniqueOrThrow({ where: { id: ours.deployment } });
  await db.prisma.deployment.create({
    data: { teamId: ours.teamId, slug: "second", artifactId: other.artifactId, desired: "STOPPED" },
  });
  expect(await chat(port, deployment, "second")).toMatchObject(NOT_FOUND);
  for (const path of ["/v1/models", "/metrics", "/chains"])
    expect((await call(port, path, { bearer: deployment })).status, path).toBe(403);
  const run = (bearer: string) => call(port, "/chains/support", { bearer, body: { input: "Hello" } });
  expect(await run(deployment)).toMatchObject({ status: 404, code: "chain_not_found" });
  // The chain is found; its model is asked within the team, and is stopped.
  expect(await run(await token({ kind: "chains", id: ours.chain }))).toMatchObject(FOUND);
  expect(await chat(port, await token({ kind: "chains", id: ours.chain }))).toMatchObject(NOT_FOUND);
  // A team that names what is another's reaches neither.
  for (const target of [ofOurs(), { kind: "chains", id: ours.chain } as const]) {
    expect(await chat(port, await token(target, theirs))).toMatchObject(NOT_FOUND);
    expect((await run(await token(target, theirs))).code).toBe("chain_not_found");
  }
});

test("a token that expired, was changed, or was signed by another home is refused", async () => {
  const { port } = await serve("127.0.0.1");
  const good = await token(ofOurs());
  const [prefix, day, body, mac] = good.split(".") as [string, string, string, string];
  const claims = JSON.parse(Buffer.from(body, "base64url").toString());
  const say = (change: object) => Buffer.from(JSON.stringify({ ...claims, ...change })).toString("base64url");
  const elsewhere = await mkdtemp(join(tmpdir(), "telar-other-home-"));
  const foreign = await signGatewayToken(elsewhere, { userId: "u", teamId: ours.teamId, target: ofOurs() });
  await rm(elsewhere, { recursive: true });
  const empty = createHmac("sha256", "").update(`${prefix}.${day}.${body}`).digest("base64url");
  const bad: Record<string, string> = {
    expired: await token(ofOurs(), ours, Date.now() - 61_000),
    "of another team": [prefix, day, say({ teamId: theirs.teamId }), mac].join("."),
    "of another deployment": [
      prefix,
      day,
      say({ target: { kind: "deployments", id: theirs.deployment } }),
      mac,
    ].join("."),
    "valid for ever": [prefix, day, say({ exp: 1e12 }), mac].join("."),
    "without a signature": [prefix, day, body, ""].join("."),
    "short of a letter": good.slice(0, -2),
    "signed with nothing": [prefix, day, body, empty].join("."),
    "of a day before the last": [prefix, "2001-01-01", body, mac].join("."),
    "of a key elsewhere": [prefix, "../secret-key", body, mac].join("."),
    "longer than it should be": `${good}.x`,
    "of another installation": foreign,
  };
  for (const [what, bearer] of Object.entries(bad))
    expect(await chat(port, bearer), what).toMatchObject({ status: 401, code: "invalid_token" });
  expect(await chat(port, good)).toMatchObject(FOUND);
});

test("keys of tokens are for their owner's eyes, change every day, and yesterday's is still read", async () => {
  const own = await mkdtemp(join(tmpdir(), "telar-token-keys-"));
  const dir = join(own, "gateway-keys");
  const midnight = Date.UTC(2031, 0, 2);
  const claims = { userId: "u", teamId: ours.teamId, target: ofOurs() };
  const sign = (now: number) => signGatewayToken(own, claims, now);
  // Whoever asks first makes the key: all get the same.
  const evening = await Promise.all(Array.from({ length: 8 }, () => sign(midnight - 10_000)));
  expect(new Set(evening).size).toBe(1);
  const morning = await sign(midnight + 10_000);
  expect(await readGatewayToken(own, evening[0]!, midnight + 20_000)).toEqual(claims);
  expect(await readGatewayToken(own, morning, midnight + 20_000)).toEqual(claims);
  expect(await readGatewayToken(own, morning, midnight + 71_000)).toBeUndefined();
  expect(await readdir(dir)).toEqual(["2031-01-01", "2031-01-02"]);
  for (const name of await readdir(dir)) {
    expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dir, name))).toHaveLength(32);
  }
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  await sign(midnight + 3 * 86_400_000);
  expect(await readdir(dir)).toEqual(["2031-01-05"]);
  await rm(own, { recursive: true });
});

test("metrics name no model of another team", async () => {
  const gateway = await serve("10.0.0.5");
  const { port } = gateway;
  await chat(port, await newKey());
  await chat(port, await newKey({ teamId: theirs.teamId }));
  const { body } = await call(port, "/metrics", { bearer: await newKey({ scopes: ["metrics"] }) });
  expect(body).toContain('model="ours/support"');
  expect(body).not.toContain("theirs/support");
});

test("neither keys nor tokens are in the log, nor in the database", async () => {
  const gateway = await serve("10.0.0.5");
  const key = await newKey();
  const bearer = await token(ofOurs());
  await chat(gateway.port, key);
  await chat(gateway.port, bearer);
  await call(gateway.port, `/v1/models?key=${key}`);
  const rows = JSON.stringify((await db.pool.query('SELECT * FROM "ApiKey"')).rows);
  for (const secret of [key, bearer]) {
    expect(gateway.logged.join("\n")).not.toContain(secret);
    expect(rows).not.toContain(secret);
  }
});

test("every route of the gateway names an action of the table", () => {
  const { outer, api, chains } = gatewayApps({} as never);
  const routes = [outer, api, chains].flatMap((app) => app.routes);
  const answering = routes.filter(({ method }) => method !== "ALL");
  const names = new Set(answering.map(({ method, path }) => `${method} ${path}`));
  expect([...names].sort()).toEqual([
    "GET /chains",
    "GET /chains/:name{.+}",
    "GET /health",
    "GET /metrics",
    "GET /v1/models",
    "GET /v1/models/:name{.+}",
    "POST /chains/:name{.+}",
    "POST /v1/chat/completions",
    "POST /v1/completions",
    "POST /v1/embeddings",
  ]);
  for (const name of names) {
    const handlers = answering.filter(({ method, path }) => `${method} ${path}` === name);
    const actions = handlers.flatMap(({ handler }) => ("action" in handler ? [handler.action] : []));
    expect(actions, name).toHaveLength(1);
    expect(ACTIONS, name).toContain(actions[0]);
  }
});
