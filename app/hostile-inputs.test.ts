/** Every place of every procedure and route with what nobody should send: a sentence or a right answer, never a fault, and all works afterwards. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import { emptyGraph } from "@/graph/document";
import { failureSentence } from "@/messages/words";
import { createStore, putFolder } from "@/server/artifacts";
import { hashToken, newToken } from "@/server/auth/token";
import { type TestDatabase, testDatabase } from "@/server/database/testing";
import { env, parseEnv } from "@/server/env";
import { createGraph } from "@/server/graphs/create-graph";
import { newId } from "@/server/runs/ids";
import { launchRun } from "@/server/runs/start/launch-run";
import { web } from "@/server/web";
import { deep, placesOf, put, STRINGS } from "./_testing/hostile-values";
import { type Answer, call, file, HOST, INPUTS, type Planted, procedures } from "./_testing/walk";
import { GET as readArtifact } from "./api/artifacts/[digest]/[...path]/route";
import { POST as upload } from "./api/data/route";
import { POST as chat } from "./api/gateway/[...path]/route";
import { POST as answerTrpc } from "./api/trpc/[trpc]/route";

vi.setConfig({ testTimeout: 300_000 });

let db: TestDatabase;
let home: string;
let cookie: string;
let teamId: string;
let userId: string;
let ours: Planted;
const logged: unknown[][] = [];

beforeAll(async () => {
  [db, home] = await Promise.all([testDatabase(), mkdtemp(join(tmpdir(), "telar-hostile-"))]);
  Object.assign(process.env, { TELAR_HOME: home, DATABASE_URL: db.url });
  Object.assign(env(), parseEnv());
  teamId = (await db.prisma.team.create({ data: { slug: "ours", name: "Ours" } })).id;
  const user = await db.prisma.user.create({ data: { name: "Owner", email: "owner@localhost" } });
  userId = user.id;
  await db.prisma.membership.create({ data: { userId, teamId, role: "OWNER" } });
  const token = newToken();
  await db.prisma.oneTimeToken.create({
    data: { tokenHash: hashToken(token), userId, expiresAt: new Date(Date.now() + 60_000) },
  });
  const { auth } = await web();
  const { headers } = await auth.api.signInWithLink({ body: { token }, returnHeaders: true });
  cookie = headers.getSetCookie()[0]!.split(";")[0]!;
  ours = await plant();
  // Ours are logged whole: there must be none.
  vi.spyOn(console, "error").mockImplementation((...parts) => void logged.push(parts));
}, 120_000);
afterAll(async () => {
  vi.restoreAllMocks();
  const { pool, listener } = await web();
  await listener.close();
  await pool.end();
  await db.close();
  await rm(home, { recursive: true, force: true });
});

async function plant(): Promise<Planted> {
  const { engine } = await web();
  const { id: graphId } = await createGraph(db.prisma, { teamId, name: file.name, file });
  const started = await launchRun(engine, env(), {
    ...{ teamId, userId, file },
    graph: { id: graphId },
    trigger: "manual",
  });
  if (!started.ok) throw new Error(JSON.stringify(started.problems));
  return { graphId, runId: started.runId, digest: await table(), slug: "none" };
}

/** An artifact with a table and its scores, whose columns are called what hurts. */
async function table(): Promise<string> {
  const store = createStore(env());
  const dir = join(store.scratch, newId());
  await mkdir(dir, { recursive: true });
  const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
  for (const name of ["data", "scores"])
    await duckdb.run(
      `COPY (SELECT 'r' || i AS _row, i AS "toString", i / 7 AS "__proto__", 'x' AS "a""b" FROM range(50) t(i))
       TO '${join(dir, `${name}.parquet`)}' (FORMAT parquet)`,
    );
  duckdb.closeSync();
  const facts = { shape: "table", rows: 50, columns: [] };
  const { digest, manifest } = await putFolder(store, dir, { type: "dataset", facts });
  const known = await db.prisma.artifact.findFirst({ where: { digest } });
  if (!known)
    await db.prisma.artifact.create({
      data: { id: newId(), teamId, digest, type: "dataset", facts, manifest, sizeBytes: 1 },
    });
  return digest;
}

/** Answered, or refused with a sentence that people can read. */
function expectPlain({ status, reason, body }: Answer, what: string): void {
  expect(logged.splice(0), what).toEqual([]);
  if (status === 200) return;
  expect(status, `${what}: ${body.slice(0, 300)}`).toBeGreaterThanOrEqual(400);
  expect(status, `${what}: ${body.slice(0, 300)}`).toBeLessThan(500);
  const sentence = failureSentence(reason ?? "", valuesOf(body));
  expect(sentence, what).toMatch(/^\S.* .*[.]$/s);
  expect(sentence, what).not.toMatch(/Invalid input|\{"|regex|pattern|undefined/);
}

/** Of an answer, or of a stream's message. */
function valuesOf(body: string): Record<string, string | number> {
  const json = body.startsWith("{") ? body : /^data: (\{.*"error".*)$/m.exec(body)?.[1];
  const parsed = JSON.parse(json ?? "{}") as { error?: { json?: Wire }; json?: Wire };
  return parsed.error?.json?.data?.values ?? parsed.json?.data?.values ?? {};
}
type Wire = { data?: { values?: Record<string, string | number> } };

const show = (value: unknown) => (JSON.stringify(value) ?? String(value)).slice(0, 60);
/** NaN and infinity travel as superjson writes them. */
const metaOf = (value: unknown, path: readonly (string | number)[]) =>
  typeof value === "number" && !Number.isFinite(value)
    ? { values: path.length ? { [path.join(".")]: ["number"] } : ["number"] }
    : undefined;
const textOf = (value: unknown) =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

const schemaOf = (path: string) =>
  (procedures()[path] as unknown as { _def: { inputs: z.ZodType[] } })._def.inputs;
const walked = Object.keys(INPUTS);

describe("every procedure", () => {
  test.each(walked)("%s", async (path) => {
    const good = INPUTS[path]!(ours);
    const isStream = procedures()[path]!._def.type === "subscription";
    const tries = schemaOf(path)
      .flatMap((schema) => placesOf(schema))
      .flatMap(({ path: at, values, keys }) =>
        values.flatMap((value) =>
          (keys ?? [undefined]).map((key) => ({ at: key === undefined ? at : [...at, key], value })),
        ),
      );
    const ask = async ({ at, value }: (typeof tries)[number]) => {
      const answer = await call(path, put(good, at, textOf(value)), { cookie }, metaOf(value, at));
      expectPlain(answer, `${path} ${at.map((one) => show(one)).join(".")} = ${show(value)}`);
    };
    // A stream that is let in waits for news.
    const width = isStream ? 16 : 4;
    for (let i = 0; i < tries.length; i += width) await Promise.all(tries.slice(i, i + width).map(ask));
    expect(tries.length > 0).toBe(schemaOf(path).length > 0);
  });

  test("with nothing, with other JSON, and with types that it does not have", async () => {
    for (const path of walked)
      for (const input of [undefined, null, 7, "x", [], [1], { id: { id: 1 } }, deep(1_000)])
        expectPlain(await call(path, input, { cookie }), `${path} ${show(input)}`);
    const metas: unknown[] = [
      { values: ["Date"] },
      { values: { id: ["undefined"] } },
      { values: { id: [["custom", "Nothing"]] } },
      { values: { id: [["class", "Nothing"]] } },
      { values: { "__proto__.x": ["Date"] } },
      { values: deep(2_000) },
      { referentialEqualities: { id: ["constructor.prototype"] } },
      7,
      "x",
    ];
    for (const path of ["graphs.get", "runs.get", "queue.move"])
      for (const meta of metas)
        expectPlain(await call(path, INPUTS[path]!(ours), { cookie }, meta), `${path} ${show(meta)}`);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

const post = async (url: string, body: string, headers: Record<string, string> = {}) => {
  const request = new Request(url, { method: "POST", headers: { ...HOST, cookie, ...headers }, body });
  const response = await answerTrpc(request);
  return { status: response.status, body: await response.text() };
};

test("bodies that are no calls", async () => {
  const url = "http://127.0.0.1/api/trpc/graphs.rename";
  for (const body of [
    "",
    "{",
    "[]",
    "null",
    "7",
    '{"json":',
    "\0",
    "x".repeat(100),
    `{"json":${"[".repeat(50_000)}`,
    `{"json":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  ]) {
    const { status } = await post(url, body, { "content-type": "application/json" });
    expect(status, show(body)).toBeGreaterThanOrEqual(400);
    expect(status, show(body)).toBeLessThan(500);
  }
  expect(await post(url, "a=b", { "content-type": "application/x-www-form-urlencoded" })).toMatchObject({
    status: 415,
  });
  const long = await post(url, `{"json":{"id":"${"x".repeat(17_000_000)}"}}`, {
    "content-type": "application/json",
  });
  expect(long).toMatchObject({
    status: 413,
    body: expect.stringContaining('{"reason":"request-too-large","values":{"limit":16},'),
  });
  const names = Array.from({ length: 51 }, () => "me").join(",");
  const many = await post(`http://127.0.0.1/api/trpc/${names}?batch=1`, "{}", {
    "content-type": "application/json",
  });
  expect(many).toMatchObject({
    status: 400,
    body: expect.stringContaining('{"reason":"request-too-many","values":{"count":51,"limit":50},'),
  });
  for (const name of [
    "__proto__",
    "constructor",
    "graphs",
    "graphs.__proto__",
    "graphs.constructor",
    "toString",
    "graphs.get.x",
  ])
    expect(
      await post(`http://127.0.0.1/api/trpc/${name}`, "{}", { "content-type": "application/json" }),
      name,
    ).toMatchObject({ status: 404 });
  for (const name of ["%00", "%E0%A4%A", "%ff"])
    expect(await post(`http://127.0.0.1/api/trpc/${name}`, "{}"), name).toEqual({
      status: 400,
      body: "This address cannot be read. Copy it again from where it came.\n",
    });
  expect(logged.splice(0)).toEqual([]);
});

describe("every route", () => {
  const inUrl = (text: string) => encodeURIComponent(text.toWellFormed().slice(0, 5_000));
  const plain = async (response: Response, what: string) => {
    const body = await response.text();
    expect(logged.splice(0), what).toEqual([]);
    expect([200, 206, 400, 404, 413, 416, 422], `${what} ${body.slice(0, 200)}`).toContain(response.status);
    if (response.status >= 400) expect(body, what).toMatch(/"reason":"[a-z-]+"|\.\n$/);
  };
  const ask = (url: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    new Request(`http://127.0.0.1${url}`, { ...init, headers: { ...HOST, cookie, ...init.headers } });

  test("a file of an artifact", async () => {
    for (const text of [...STRINGS, "%", "%E0%A4%A", "%zz"])
      for (const params of [
        { digest: text, path: ["notes.txt"] },
        { digest: inUrl(ours.digest), path: [text] },
        { digest: inUrl(ours.digest), path: [inUrl(text), ".."] },
      ])
        await plain(
          await readArtifact(ask("/api/artifacts/x/y"), { params: Promise.resolve(params) }),
          show(params),
        );
  });

  test("an upload's name", async () => {
    for (const text of STRINGS) {
      const request = ask(`/api/data?name=${inUrl(text)}`, { method: "POST", body: "rows" });
      await plain(await upload(request, { params: Promise.resolve({}) }), show(text));
    }
    const kept = await readdir(join(home, "data"), { recursive: true });
    for (const name of kept) expect(name).not.toMatch(/\0|\.\.|[\u202a-\u202e\u2066-\u2069]/);
  });

  test("what is said to a model", async () => {
    for (const text of STRINGS) {
      const path = { params: Promise.resolve({ path: ["v1", "chat", "completions"] }) };
      const body = JSON.stringify({ model: text, messages: [] });
      await plain(
        await chat(ask("/api/gateway/v1/chat/completions", { method: "POST", body }), path),
        show(text),
      );
      const chain = { params: Promise.resolve({ path: ["chains", text] }) };
      await plain(
        await chat(ask("/api/gateway/chains/x", { method: "POST", body: "{}" }), chain),
        show(text),
      );
      const other = { params: Promise.resolve({ path: [text] }) };
      await plain(
        await chat(ask("/api/gateway/x", { method: "POST", body: text.toWellFormed() }), other),
        show(text),
      );
    }
  });
});

test("a graph whose nodes, metrics and slots are called as the parts of any object is planned, run and shown", async () => {
  const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
  const odd = {
    ...emptyGraph("Odd"),
    nodes: names.map((id) => ({
      id,
      kind: "dataset-file",
      version: 1,
      params: { path: "data/support.jsonl" },
    })),
    layout: Object.fromEntries(names.map((id, i): [string, [number, number]] => [id, [i, i]])),
  };
  const { id } = await createGraph(db.prisma, { teamId, name: odd.name, file: odd });
  const as = { cookie };
  const ask = async (path: string, input: unknown) => {
    const answer = await call(path, input, as);
    expect(answer.status, `${path} ${answer.body.slice(0, 300)}`).toBe(200);
    return answer.body;
  };
  await ask("graphs.plan", { id });
  const { runId } = JSON.parse(await ask("runs.start", { graphId: id })).result.data.json;
  const { rows } = await db.pool.query<{ id: string; nodeId: string }>(
    'UPDATE "NodeRun" SET status = $2, "cacheKey" = NULL WHERE "runId" = $1 RETURNING id, "nodeId"',
    [runId, "SUCCEEDED"],
  );
  for (const row of rows)
    for (const name of names)
      await db.pool.query(
        'INSERT INTO "MetricPoint" ("nodeRunId", name, step, value) VALUES ($1, $2, 1, 0.5)',
        [row.id, name],
      );
  for (const name of names) {
    expect(await ask("runs.metrics", { id: runId, node: name })).toContain(
      `${name}":[{"step":1,"value":0.5}]`,
    );
    for (const path of ["runs.logs", "runs.lineage", "runs.samples"])
      await ask(path, { id: runId, node: name });
    await ask("runs.ofNode", { graphId: id, node: name });
  }
  for (const path of ["runs.get", "runs.facts", "runs.follow"])
    expect(await ask(path, { id: runId }), path).toMatch(/__proto__|event/);
  for (const path of ["graphs.results", "graphs.plan", "graphs.file", "graphs.get"]) await ask(path, { id });
  expect(await ask("graphs.results", { id })).toContain('"~__proto__":');
  expect(logged.splice(0)).toEqual([]);
});

test("afterwards the same system plans, starts, shows and stops a run", async () => {
  const { graphId } = await plant();
  const as = { cookie };
  const planned = await call("graphs.plan", { id: graphId }, as);
  expect(planned.status, planned.body.slice(0, 500)).toBe(200);
  const started = await call("runs.start", { graphId }, as);
  expect(started.status, started.body.slice(0, 500)).toBe(200);
  const { runId } = JSON.parse(started.body).result.data.json;
  expect(JSON.parse((await call("runs.get", { id: runId }, as)).body).result.data.json.status).toBe("QUEUED");
  expect((await call("runs.cancel", { id: runId }, as)).status).toBe(200);
  expect((await call("graphs.list", undefined, as)).status).toBe(200);
});
