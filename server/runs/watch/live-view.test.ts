import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEventView } from "@/graph/run-view";
import type { Context } from "../../context";
import { parseEnv } from "../../env";
import { appRouter } from "../../router";
import { type Bench, graph, testBench } from "../../worker/_testing/test-bench";
import { openSource } from "../_testing/event-source";
import { EVENTS_CHANNEL } from "../commit/write-decision";
import { followRun, type RunNews, readPlace, writePlace } from "./follow-run";
import { watchEvents } from "./watch-events";

let bench: Bench;
let origin: string;
const server = createServer();

beforeAll(async () => {
  bench = await testBench();
  const { pool, prisma, listener, engine, store, teamId, home } = bench;
  const env = parseEnv({ TELAR_HOME: home });
  const member = { userId: "u", userName: "U", teamId, teamName: "Test", role: "VIEWER" as const };
  const createContext = (): Context => ({ env, pool, prisma, listener, engine, store, member });
  const answer = (req: Request) =>
    fetchRequestHandler({ endpoint: "/api/trpc", req, router: appRouter, createContext });
  server.on("request", getRequestListener(answer));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await bench.close();
});

/** Follows a run to its end and comes back whenever `cutAfter` says that the connection breaks. */
async function follow(id: string, cutAfter: () => boolean) {
  const events: RunEventView[] = [];
  let lastEventId: string | undefined;
  let cuts = 0;
  const isOver = () => events.some(({ type }) => type === "run.succeeded");
  while (!isOver()) {
    const input = { id, ...(lastEventId ? { lastEventId } : {}) };
    const source = openSource(origin, "runs.follow", input, (message, { cut }) => {
      events.push(...(message.data as RunNews).events);
      lastEventId = message.id;
      if (!isOver() && cutAfter()) {
        cuts++;
        cut();
      }
    });
    await source.ended;
  }
  return { seqs: events.map(({ seq }) => seq), cuts };
}

test("clients that come and go see every event of a run once, in order", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `n${i}`);
  const nodes = names.map((name, i) => [name, i ? ["step", { tag: name }] : ["source", {}]] as const);
  const wires = names.slice(1).map((name, i) => `n${i}.data > ${name}.data`);
  const file = graph(Object.fromEntries(nodes) as Parameters<typeof graph>[0], ...wires);
  const runId = await bench.start(file);
  const always = follow(runId, () => true);
  const sometimes = follow(runId, () => Math.random() < 0.5);
  const never = follow(runId, () => false);
  await bench.worker();
  const followed = await Promise.all([always, sometimes, never]);
  const { rows } = await bench.pool.query<{ last: number }>(
    'SELECT "eventSeq" AS last FROM "Run" WHERE id = $1',
    [runId],
  );
  const all = Array.from({ length: rows[0]!.last }, (_, i) => i + 1);
  for (const { seqs } of followed) expect(seqs).toEqual(all);
  expect(followed[0]!.cuts).toBeGreaterThan(0);
  // Whoever comes when all is over gets the whole story too.
  expect((await follow(runId, () => false)).seqs).toEqual(all);
});

test("news between a reading and the wait after it ends the wait; those who ask together are read for once", async () => {
  let reads = 0;
  const readPage = async () => {
    reads++;
    return [];
  };
  const one = watchEvents(bench.listener, "run-a", readPage);
  const two = watchEvents(bench.listener, "run-a", readPage);
  const { revision } = one;
  await Promise.all([one.read(0), two.read(0)]);
  expect(reads).toBe(1);
  const heard = one.next(revision, 60_000);
  await bench.pool.query("SELECT pg_notify($1, 'run-b'), pg_notify($1, 'run-a')", [EVENTS_CHANNEL]);
  await heard;
  expect(two.revision).toBeGreaterThan(revision);
  // It came after the reading: nobody sleeps over it.
  await two.next(revision, 3_600_000);
  // What began before the notification is not given to those who ask after it.
  await Promise.all([one.read(0), two.read(0)]);
  expect(reads).toBe(2);
  one.leave();
  two.leave();
});

test("a page that follows a run and hears of all others gets two messages a second at most", async () => {
  const runId = await bench.start(graph({ a: ["slow", { ms: 3000, steps: 30 }] }));
  const news: RunNews[] = [];
  let changes = 0;
  const begin = Date.now();
  const others = openSource(origin, "runs.changes", {}, () => changes++);
  const run = openSource(origin, "runs.follow", { id: runId }, ({ data }) => news.push(data as RunNews));
  await run.ended;
  others.cut();
  await others.ended;
  const seconds = (Date.now() - begin) / 1000;
  expect(changes).toBeGreaterThan(1);
  expect(news.flatMap(({ events }) => events).at(-1)).toMatchObject({ type: "run.succeeded" });
  // Progress rises from message to message, and what comes together travels together.
  const done = news.flatMap(({ live }) => live?.nodes.a?.progress?.done ?? []);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done.length).toBeGreaterThan(1);
  // One at once from either stream; after that each waits a second.
  expect(news.length + changes).toBeLessThanOrEqual(2 + 2 * seconds);
});

test("whoever comes back gets what came since its place, and a place that cannot be read is the beginning", async () => {
  const since = new Date("2026-01-02T03:04:05.678Z");
  expect(readPlace(writePlace({ seq: 7, since }))).toEqual({ seq: 7, since });
  for (const text of [undefined, null, "", "7", "x 2026-01-02", "7 yesterday"])
    expect(readPlace(text).since.getTime()).toBeGreaterThan(since.getTime());
  const runId = await bench.start(graph({ a: ["source"] }));
  const leave = new AbortController();
  for await (const { place, events } of followRun(bench, runId, readPlace(undefined), leave.signal)) {
    expect(events[0]!.seq).toBe(1);
    expect(place.seq).toBe(events.at(-1)!.seq);
    leave.abort();
  }
});
