import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEventView } from "@/graph/run-view";
import type { Context } from "../context";
import { parseEnv } from "../env";
import { appRouter } from "../router";
import { type Bench, graph, testBench } from "../worker/_testing/test-bench";
import { openSource } from "./_testing/event-source";
import { watchEvents } from "./watch-events";
import { EVENTS_CHANNEL } from "./write";

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
    const source = openSource(origin, "runs.events", input, (message, { cut }) => {
      events.push(...(message.data as RunEventView[]));
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
  const { rings } = one;
  await Promise.all([one.read(0), two.read(0)]);
  expect(reads).toBe(1);
  const heard = one.next(rings, 60_000);
  await bench.pool.query("SELECT pg_notify($1, 'run-b'), pg_notify($1, 'run-a')", [EVENTS_CHANNEL]);
  await heard;
  expect(two.rings).toBeGreaterThan(rings);
  // It came after the reading: nobody sleeps over it.
  await two.next(rings, 3_600_000);
  // What began before the ring is not given to those who ask after it.
  await Promise.all([one.read(0), two.read(0)]);
  expect(reads).toBe(2);
  one.leave();
  two.leave();
});

test("a run that changes quickly is told in few messages, with progress beside it", async () => {
  const runId = await bench.start(graph({ a: ["slow", { ms: 3000, steps: 30 }] }));
  const times: Record<string, number[]> = { "runs.events": [], "runs.live": [] };
  const begin = Date.now();
  const sources = Object.entries(times).map(([path, list]) =>
    openSource(origin, path, { id: runId }, () => list.push(Date.now())),
  );
  await Promise.all(sources.map(({ ended }) => ended));
  const seconds = (Date.now() - begin) / 1000;
  const count = times["runs.events"]!.length + times["runs.live"]!.length;
  expect(times["runs.events"]!.length).toBeGreaterThan(0);
  expect(times["runs.live"]!.length).toBeGreaterThan(0);
  // One at once from either stream; after that each waits a second.
  expect(count).toBeLessThanOrEqual(2 + 2 * seconds);
});
