import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TRPCError } from "@trpc/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { emptyGraph, formatGraph, type GraphFile } from "@/graph/document";
import { setName } from "@/graph/draft";
import { localStore } from "./artifacts";
import type { Member } from "./auth/current-member";
import type { Context } from "./context";
import { type TestDatabase, testDatabase } from "./database/testing";
import { createEngine } from "./engine";
import { parseEnv } from "./env";
import { Refusal, wireError } from "./errors";
import { fromBase64, toBase64 } from "./graphs/update-text";
import { appRouter } from "./router";
import { createListener } from "./runs/watch/listener";
import { ensureOwner } from "./teams/ensure-owner";
import { createCaller } from "./trpc";

let db: TestDatabase;
let home: string;
let base: Omit<Context, "member">;
let owner: Member;
let stranger: Member;

beforeAll(async () => {
  db = await testDatabase();
  home = await mkdtemp(join(tmpdir(), "telar-router-"));
  const { pool, prisma } = db;
  base = {
    env: parseEnv({ TELAR_HOME: home }),
    pool,
    prisma,
    listener: createListener(db.url),
    engine: createEngine(pool, localStore(join(home, "artifacts"))),
    store: localStore(join(home, "artifacts")),
  };
  const { userId, teamId = "" } = await ensureOwner(prisma);
  owner = { userId, userName: "Owner", teamId, teamName: "My team", role: "OWNER" };
  const team = await prisma.team.create({ data: { slug: "other", name: "Other" } });
  const user = await prisma.user.create({ data: { name: "Other", email: "other@localhost" } });
  stranger = { ...owner, userId: user.id, teamId: team.id };
});
afterAll(async () => {
  page.abort();
  await base.listener.close();
  await db.close();
  await rm(home, { recursive: true, force: true });
});

const page = new AbortController();
const as = (member: Member | undefined) =>
  createCaller(appRouter)(
    { ...base, member: member ?? new Refusal("UNAUTHORIZED", "not-signed-in") },
    { signal: page.signal },
  );

/** A tracked message: over HTTP it comes as `{ id, data }`, from a caller as a tuple. */
async function* messages<T>(stream: Promise<AsyncIterable<T>>) {
  type Data = T extends { data: infer D } ? D : never;
  for await (const message of await stream) yield message as unknown as [id: string, data: Data];
}

/** What the browser would get of an error. */
async function refusal(ask: () => Promise<unknown>) {
  const error = await ask().then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(TRPCError);
  return { status: (error as TRPCError).code, ...wireError(error as TRPCError) };
}

const support: GraphFile = {
  ...emptyGraph("Support"),
  nodes: [
    { id: "data", kind: "dataset-file", version: 1, params: { path: "data/support.jsonl" } },
    { id: "chat", kind: "to-chat", version: 1, params: {} },
  ],
  wires: [{ from: "data.data", to: "chat.data" }],
};
const newGraph = (file = support) => as(owner).graphs.create({ from: "file", text: formatGraph(file) });

test("nothing is answered without a session", async () => {
  const nobody = as(undefined);
  for (const ask of [
    () => nobody.me(),
    () => nobody.graphs.list(),
    () => nobody.runs.list({}),
    () => nobody.workers.list(),
  ]) {
    expect(await refusal(ask)).toMatchObject({ status: "UNAUTHORIZED", reason: "not-signed-in" });
  }
});

test("a viewer sees graphs and changes nothing", async () => {
  const { id } = await newGraph();
  const viewer = as({ ...owner, role: "VIEWER" });
  expect((await viewer.graphs.get({ id })).name).toBe("Support");
  const update = toBase64(Y.encodeStateAsUpdate(new Y.Doc()));
  for (const ask of [
    () => viewer.graphs.push({ id, update }),
    () => viewer.graphs.remove({ id }),
    () => viewer.runs.start({ graphId: id }),
  ]) {
    expect(await refusal(ask)).toMatchObject({ status: "FORBIDDEN", reason: "role-too-low" });
  }
});

test("another team finds neither graph nor run", async () => {
  const { id } = await newGraph();
  const { runId } = await as(owner).runs.start({ graphId: id });
  const other = as(stranger);
  for (const ask of [
    () => other.graphs.get({ id }),
    () => other.graphs.plan({ id }),
    () => other.runs.start({ graphId: id }),
  ]) {
    expect(await refusal(ask)).toMatchObject({ status: "NOT_FOUND", reason: "graph-not-found" });
  }
  expect(await refusal(() => other.runs.get({ id: runId }))).toMatchObject({ reason: "run-not-found" });
  expect(await refusal(() => other.runs.retry({ id: runId }))).toMatchObject({ reason: "run-not-found" });
  expect(await refusal(() => other.runs.cancel({ id: runId }))).toMatchObject({ reason: "run-not-found" });
  expect((await other.runs.list({})).total).toBe(0);
  await as(owner).runs.cancel({ id: runId });
});

test("a graph file comes back byte for byte; a bad one names its problems and makes nothing", async () => {
  const { id } = await newGraph();
  expect((await as(owner).graphs.file({ id })).text).toBe(formatGraph(support));
  const before = (await as(owner).graphs.list()).length;
  const refused = await refusal(() =>
    as(owner).graphs.create({ from: "file", text: '{"telar": 1, "nodes": 3}' }),
  );
  expect(refused).toMatchObject({ status: "BAD_REQUEST", reason: "graph-problems" });
  expect(refused.problems?.map((problem) => problem.code)).toContain("graph-field-missing");
  expect((await as(owner).graphs.list()).length).toBe(before);
});

test("the plan names what will run, with facts read from the file, and the problems where it cannot", async () => {
  const { id } = await newGraph();
  const { plan, probes, problems } = await as(owner).graphs.plan({ id });
  expect(problems.filter((problem) => problem.severity === "error")).toEqual([]);
  expect(plan?.nodes.map((node) => [node.id, node.action])).toEqual([
    ["data", "run"],
    ["chat", "depends"],
  ]);
  expect(probes.data).toBeDefined();
  const broken = { ...support, nodes: [{ ...support.nodes[0]!, params: { path: "gone.jsonl" } }], wires: [] };
  const bad = await newGraph(broken);
  expect((await as(owner).graphs.plan(bad)).problems).toMatchObject([{ node: "data", severity: "error" }]);
  const refused = await refusal(() => as(owner).runs.start({ graphId: bad.id }));
  expect(refused).toMatchObject({ reason: "graph-problems", values: { count: 1 } });
});

test("a run started from the draft can be seen, followed from any event, stopped and tried again", async () => {
  const { id } = await newGraph();
  const me = as(owner);
  const { runId, number } = await me.runs.start({ graphId: id });
  expect(number).toBe(1);
  expect(await me.runs.get({ id: runId })).toMatchObject({
    status: "QUEUED",
    trigger: "manual",
    about: { who: "Owner", version: 1, previous: null },
  });
  expect((await me.runs.list({ graphId: id })).runs).toMatchObject([
    { line: { says: "queued" }, who: "Owner" },
  ]);
  await me.runs.cancel({ id: runId });
  const seen: number[] = [];
  for await (const [place] of messages(me.runs.follow({ id: runId }))) seen.push(Number.parseInt(place, 10));
  expect(seen.at(-1)).toBeGreaterThan(1);
  const rest: number[] = [];
  const from = { id: runId, lastEventId: `1 ${new Date().toISOString()}` };
  for await (const [, { events }] of messages(me.runs.follow(from)))
    rest.push(...events.map((event) => event.seq));
  expect(rest[0]).toBe(2);
  expect((await me.runs.list({ graphId: id })).runs[0]).toMatchObject({
    status: "CANCELLED",
    line: { says: "stopped" },
  });
  const again = await me.runs.retry({ id: runId });
  expect(await me.runs.get({ id: again.runId })).toMatchObject({
    number: 2,
    trigger: "retry",
    about: { version: 1, retryOf: { id: runId, number: 1 }, previous: { number: 1 } },
  });
  const results = await me.graphs.results({ id });
  expect(results.data).toMatchObject({ status: "READY", run: { number: 2 }, last: null });
  await me.runs.cancel({ id: again.runId });
});

test("edits reach a second tab through the stream, with an id to resume from", async () => {
  const { id } = await newGraph();
  const me = as(owner);
  const { state, seq } = await me.graphs.get({ id });
  const doc = new Y.Doc();
  Y.applyUpdate(doc, fromBase64(state));
  const before = Y.encodeStateVector(doc);
  setName(doc, "Renamed here");
  await me.graphs.push({ id, update: toBase64(Y.encodeStateAsUpdate(doc, before)), clientId: "tab" });
  for await (const [eventId, news] of messages(me.graphs.updates({ id, since: seq }))) {
    expect(eventId).toBe("1");
    const other = new Y.Doc();
    Y.applyUpdate(other, fromBase64(state));
    Y.applyUpdate(other, fromBase64(news.update));
    expect(other.getMap("meta").get("name")).toBe("Renamed here");
    break;
  }
});

test("artifacts are found by the team that has them alone", async () => {
  const digest = `sha256:${"a".repeat(64)}`;
  expect(await refusal(() => as(owner).artifacts.preview({ digest }))).toMatchObject({
    status: "NOT_FOUND",
    reason: "artifact-not-found",
  });
  expect(await refusal(() => as(owner).artifacts.manifest({ digest: "../../etc" }))).toMatchObject({
    reason: "bad-field",
    values: { field: "digest" },
  });
});

test("an unknown deployment cannot be started", async () => {
  expect(await refusal(() => as(owner).deployments.start({ slug: "none" }))).toMatchObject({
    reason: "deployment-not-found",
    values: { slug: "none" },
  });
});

test("a graph around an uploaded file begins with that file and the columns it really has", async () => {
  const { id } = await as(owner).graphs.create({ from: "data", path: "uploads/my faq.jsonl" });
  const { text, name } = await as(owner).graphs.file({ id });
  expect(name).toBe("my faq");
  const { nodes } = JSON.parse(text) as GraphFile;
  expect(nodes.find((node) => node.kind === "dataset-file")?.params).toEqual({
    path: "uploads/my faq.jsonl",
  });
});
