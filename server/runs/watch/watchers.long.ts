/** Five hundred people look at one run, each over a connection of their own to the built web app. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { setUp } from "@/scripts/lib/set-up.mjs";
import { freePort } from "../../_testing/free-port";
import { signInWith } from "../../_testing/sign-in";
import { createSignInLink } from "../../auth/create-sign-in-link";
import { parseEnv } from "../../env";
import { startSystem } from "../../supervisor/index";
import { ensureOwner } from "../../teams/ensure-owner";
import { graph, testBench } from "../../worker/_testing/test-bench";
import { openSource } from "../_testing/event-source";
import type { RunNews } from "./follow-run";

const WATCHERS = 500;
const NODES = 40;

test(`${WATCHERS} watching clients all see a run to its end, on a bounded number of connections to the database`, async () => {
  await setUp({ web: true });
  const bench = await testBench();
  const { teamId = "" } = await ensureOwner(bench.prisma);
  const port = await freePort();
  const settings = parseEnv({ DATABASE_URL: bench.url, TELAR_HOME: bench.home, TELAR_PORT: String(port) });
  const system = await startSystem({ env: settings, parts: ["web"], log: (message) => console.log(message) });
  try {
    const origin = `http://127.0.0.1:${port}`;
    const cookie = await signInWith(await createSignInLink({ prisma: bench.prisma, origin }));
    const web = system.children[0]!.pid!;
    const before = megabytes(web, "VmRSS");

    const names = Array.from({ length: NODES }, (_, i) => `n${i}`);
    const nodes = names.map((name, i) => [name, i ? ["step", { tag: name }] : ["source", {}]] as const);
    const wires = names.slice(1).map((name, i) => `n${i}.data > ${name}.data`);
    const file = graph(Object.fromEntries(nodes) as Parameters<typeof graph>[0], ...wires);
    const runId = await bench.start(file, { teamId });

    const seen = Array.from({ length: WATCHERS }, () => ({
      seqs: [] as number[],
      messages: 0,
      delayMs: Number.NaN,
    }));
    const sources = seen.map((client) =>
      openSource(
        origin,
        "runs.follow",
        { id: runId },
        ({ data }) => {
          client.messages++;
          for (const { seq, type, at } of (data as RunNews).events) {
            client.seqs.push(seq);
            if (type === "run.succeeded") client.delayMs = Date.now() - Date.parse(at);
          }
        },
        { cookie },
      ),
    );
    while (!seen.every(({ seqs }) => seqs.length)) await sleep(50);
    let connections: Record<string, number> = {};
    const look = setInterval(async () => {
      const { rows } = await bench.pool.query<{ name: string; count: number }>(
        "SELECT application_name AS name, count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1",
      );
      for (const { name, count } of rows)
        connections = { ...connections, [name]: Math.max(count, connections[name] ?? 0) };
    }, 200);
    const begin = Date.now();
    await bench.worker();
    await Promise.all(sources.map(({ ended }) => ended));
    clearInterval(look);
    const seconds = (Date.now() - begin) / 1000;

    const { rows } = await bench.pool.query<{ last: number }>(
      'SELECT "eventSeq" AS last FROM "Run" WHERE id = $1',
      [runId],
    );
    const all = Array.from({ length: rows[0]!.last }, (_, i) => i + 1);
    const delays = seen.map(({ delayMs }) => delayMs).sort((a, b) => a - b);
    const at = (share: number) => Math.round(delays[Math.ceil(delays.length * share) - 1]!);
    console.log(
      JSON.stringify({
        watchers: WATCHERS,
        events: all.length,
        runSeconds: seconds,
        messagesAClient: Math.max(...seen.map(({ messages }) => messages)),
        lastEventDelayMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
        webMegabytes: { before, peak: megabytes(web, "VmHWM") },
        connections,
      }),
    );
    for (const { seqs } of seen) expect(seqs).toEqual(all);
    // One process listens once, whoever watches: the web app's connection and this test's own.
    expect(connections["telar-listen"]).toBeLessThanOrEqual(2);
    expect(connections["telar-web"]).toBeLessThanOrEqual(12);
    expect(Math.max(...seen.map(({ messages }) => messages))).toBeLessThanOrEqual(3 + 2 * seconds);
  } finally {
    await system.stop();
    await bench.close();
  }
}, 580_000);

const megabytes = (pid: number, field: "VmRSS" | "VmHWM"): number =>
  Math.round(
    Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000,
  );
