/** What docs/guide/debugging.md tells people to do, done. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testJob } from "@/engines/job/_testing/job-folder";
import { program } from "@/server/_testing/programs";
import { env } from "@/server/env";
import { cancelRun } from "@/server/runs/cancel/cancel-run";
import { type Bench, graph, testBench } from "./_testing/test-bench";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

test("a job host opens its inspector on SIGUSR1 and its job goes on", async () => {
  await bench.worker({ leaseMs: 3_000, heartbeatMs: 300 });
  const runId = await bench.start(graph({ a: ["slow", { ms: 60_000, steps: 600 }] }));
  const pid = await hostPid();
  expect(await readdir(join(bench.home, "logs/job-hosts"))).toContainEqual(
    expect.stringMatching(/^job-host-.*\.log$/),
  );
  process.kill(pid, "SIGUSR1");
  const debug = await inspector(pid);
  expect(await debug.evaluate("process.pid")).toBe(pid);
  // Longer than a lease: the worker renews it, and the watchdog is a thread of its own.
  await debug.send("Debugger.enable");
  await debug.send("Debugger.pause");
  await debug.paused;
  await sleep(4_000);
  const { attempt, progress } = (await bench.show(runId)).nodes[0]!;
  expect(attempt).toBe(1);
  await debug.send("Debugger.resume");
  await bench.until(runId, ({ nodes }) => (nodes[0]!.progress?.done ?? 0) > (progress?.done ?? 0));
  debug.close();
  await cancelRun(bench.engine, bench.teamId, runId);
  await bench.finished(runId);
});

test("the queries of the guide answer, and tell the first failure behind the last", async () => {
  await bench.worker();
  const runId = await bench.start(
    graph({ a: ["source"], b: ["failing", { code: "throw", times: 1 }] }, "a.data > b.data"),
  );
  await bench.finished(runId);
  const guide = await readFile(join(env().root, "docs/guide/debugging.md"), "utf8");
  const queries = [...guide.matchAll(/^ {6}(SELECT[\s\S]*?;)$/gm)].map(([, sql]) =>
    sql!.replaceAll("RUN", runId),
  );
  expect(queries).toHaveLength(2);
  expect((await bench.pool.query(queries[0]!)).rows).toEqual([]);
  const { rows } = await bench.pool.query(queries[1]!);
  expect(rows).toMatchObject([{ nodeId: "b", number: 1, failureCode: "INTERNAL" }]);
  expect(rows[0].detail).toContain("a bug");
});

test("a job folder runs by hand, and stops at the file", async () => {
  const { job, folder } = await testJob({ kind: "slow", params: { ms: 60_000, steps: 600 } });
  // Stubs say in the first data folder that they ran.
  await mkdir(join(folder.dir, "data"));
  await writeFile(folder.job, JSON.stringify({ ...job, dataDirs: [join(folder.dir, "data")] }));
  const child = spawn(process.execPath, [program("stub-host"), folder.dir, "trainer"], { stdio: "ignore" });
  const exited = once(child, "exit");
  // Its first question: which checkpoint is there? Nobody answers.
  while (!(await readdir(folder.asks)).includes("1.json")) await sleep(20);
  await writeFile(folder.stop, "");
  expect(await exited).toEqual([143, null]);
  const events = (await readFile(folder.events, "utf8")).trim().split("\n");
  expect(JSON.parse(events.at(-1)!)).toMatchObject({ t: "error", reason: "stopped" });
});

async function hostPid(): Promise<number> {
  for (;;) {
    const line = (await bench.ran()).find((printed) => printed.startsWith("slow from"));
    if (line) return Number(line.split(" ").at(-1));
    await sleep(20);
  }
}

/** The inspector of a process, on the port that Node opens for it. */
async function inspector(pid: number) {
  let url: string | undefined;
  for (let tries = 0; !url && tries < 500; tries++) {
    await sleep(20);
    const list = await fetch("http://127.0.0.1:9229/json/list").then(
      (response) => response.json() as Promise<{ title: string; webSocketDebuggerUrl: string }[]>,
      () => [],
    );
    url = list.find(({ title }) => title.includes(`[${pid}]`) || list.length === 1)?.webSocketDebuggerUrl;
  }
  const socket = new WebSocket(url!);
  await new Promise((open) => socket.addEventListener("open", open));
  const waiting = new Map<number, (result: unknown) => void>();
  let id = 0;
  let isPaused = () => {};
  const paused = new Promise<void>((done) => {
    isPaused = done;
  });
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data));
    if (message.method === "Debugger.paused") isPaused();
    waiting.get(message.id)?.(message.result);
  });
  const send = (method: string, params: object = {}) =>
    new Promise<unknown>((done) => {
      waiting.set(++id, done);
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    send,
    paused,
    close: () => socket.close(),
    evaluate: async (expression: string) =>
      ((await send("Runtime.evaluate", { expression })) as { result: { value: unknown } }).result.value,
  };
}
