import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyGraph, formatGraph, type GraphFile } from "@/graph/document";
import { localStore } from "../../artifacts";
import type { Member } from "../../auth/current-member";
import { type TestDatabase, testDatabase } from "../../database/testing";
import { createEngine } from "../../engine";
import { parseEnv } from "../../env";
import { appRouter } from "../../router";
import { ensureOwner } from "../../teams/ensure-owner";
import { createCaller } from "../../trpc";
import { createListener, type Listener } from "../watch/listener";

let db: TestDatabase;
let home: string;
let listener: Listener;
let owner: Member;
let runner: Member;
let graphId: string;

const file: GraphFile = {
  ...emptyGraph("Support"),
  nodes: [
    { id: "data", kind: "dataset-file", version: 1, params: { path: "data/support.jsonl" } },
    { id: "chat", kind: "to-chat", version: 1, params: {} },
    { id: "other", kind: "to-chat", version: 1, params: {} },
  ],
  wires: [
    { from: "data.data", to: "chat.data" },
    { from: "data.data", to: "other.data" },
  ],
  app: { inputs: ["data.rows"], outputs: ["chat.data"] },
};

const as = (member: Member) =>
  createCaller(appRouter)({
    env: parseEnv({ TELAR_HOME: home }),
    pool: db.pool,
    prisma: db.prisma,
    listener,
    engine: createEngine(db.pool, localStore(join(home, "artifacts"))),
    store: localStore(join(home, "artifacts")),
    member,
  });

beforeAll(async () => {
  db = await testDatabase();
  home = await mkdtemp(join(tmpdir(), "telar-app-"));
  listener = createListener(db.url);
  const { userId, teamId = "" } = await ensureOwner(db.prisma);
  owner = { userId, userName: "Owner", teamId, teamName: "My team", role: "OWNER" };
  const user = await db.prisma.user.create({ data: { name: "Reader", email: "reader@localhost" } });
  runner = { ...owner, userId: user.id, userName: "Reader", role: "RUNNER" };
  graphId = (await as(owner).graphs.create({ from: "file", text: formatGraph(file) })).id;
});
afterAll(async () => {
  await listener.close();
  await db.close();
  await rm(home, { recursive: true, force: true });
});

test("a runner runs the App with a setting of their own; the graph keeps its own", async () => {
  const { runId } = await as(runner).runs.startApp({ graphId, overrides: { "data.rows": 7 } });
  const { nodes } = await as(runner).runs.get({ id: runId });
  expect(nodes.map(({ id }) => id).sort()).toEqual(["chat", "data"]);
  expect((await as(runner).runs.facts({ id: runId })).data?.params).toMatchObject({ rows: 7 });
  const { text } = await as(runner).graphs.file({ id: graphId });
  expect((JSON.parse(text) as GraphFile).nodes.find(({ id }) => id === "data")?.params).toEqual({
    path: "data/support.jsonl",
  });
});

test("one who may only look runs no App", async () => {
  const viewer = as({ ...runner, role: "VIEWER" });
  await expect(viewer.runs.startApp({ graphId })).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("what the App does not offer cannot be set through it", async () => {
  await expect(
    as(runner).runs.startApp({ graphId, overrides: { "data.path": "/etc/passwd" } }),
  ).rejects.toMatchObject({ code: "FORBIDDEN", cause: { reason: "app-param" } });
});

test("a graph without an App cannot be run through one", async () => {
  const { app: _none, ...bare } = file;
  const { id } = await as(owner).graphs.create({ from: "file", text: formatGraph(bare) });
  await expect(as(runner).runs.startApp({ graphId: id })).rejects.toMatchObject({
    cause: { reason: "app-empty" },
  });
});

test("a runner stops and retries what they started and nothing else", async () => {
  const own = await as(runner).runs.startApp({ graphId, overrides: { "data.rows": 8 } });
  const foreign = await as(owner).runs.start({ graphId });
  await expect(as(runner).runs.cancel({ id: foreign.runId })).rejects.toMatchObject({
    code: "FORBIDDEN",
    cause: { reason: "run-of-another" },
  });
  await expect(as(runner).runs.retry({ id: foreign.runId })).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await as(runner).runs.cancel({ id: own.runId })).toEqual({ accepted: true });
  expect(await as(owner).runs.cancel({ id: foreign.runId })).toEqual({ accepted: true });
  const again = await as(runner).runs.retry({ id: own.runId });
  expect(await as(runner).runs.get({ id: again.runId })).toMatchObject({ about: { mine: true } });
  await as(runner).runs.cancel({ id: again.runId });
});

test("a runner starts a graph as it is, and with other parameters only what the App offers", async () => {
  await expect(
    as(runner).runs.start({ graphId, overrides: { "data.path": "data/faq.jsonl" } }),
  ).rejects.toMatchObject({ code: "FORBIDDEN", cause: { reason: "role-too-low" } });
  const { runId } = await as(runner).runs.start({ graphId, overrides: {} });
  expect(await as(runner).runs.cancel({ id: runId })).toEqual({ accepted: true });
});

test("lineage and facts are the team's own", async () => {
  const { runId } = await as(owner).runs.startApp({ graphId });
  const foreign = { ...owner, teamId: "another" };
  expect(await as(foreign).runs.lineage({ id: runId, node: "chat" })).toEqual([]);
  expect(await as(foreign).runs.facts({ id: runId })).toEqual({});
  expect((await as(owner).runs.lineage({ id: runId, node: "chat" })).map(({ id }) => id)).toEqual(["chat"]);
});
