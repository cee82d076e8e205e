/** The seam: the same jobs by the local executor, and by one that has nothing but job folders. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { program } from "@/server/_testing/programs";
import { createStore } from "@/server/artifacts";
import { env } from "@/server/env";
import { cancelRun } from "@/server/runs/cancel/cancel-run";
import { readLogs } from "@/server/runs/show/read-logs";
import { createFolderExecutor } from "../_testing/folder-executor";
import { stubCatalogue } from "../_testing/stub-kinds";
import { type Bench, graph, statuses, testBench } from "../_testing/test-bench";
import { openSecretBox, secretReader } from "../secrets";

const benches: Bench[] = [];
afterEach(() => Promise.all(benches.splice(0).map((bench) => bench.close())));

async function newBench(): Promise<Bench> {
  const bench = await testBench();
  benches.push(bench);
  return bench;
}

function folderExecutor(bench: Bench, stopBy: "file" | "signal" = "file", host = bench.hostEntry.file) {
  const { config, machine } = bench.localOptions({});
  return createFolderExecutor({
    store: createStore(config),
    catalogue: stubCatalogue,
    machine,
    dataDirs: config.dataDirs,
    root: join(bench.home, "jobs"),
    trainerDir: join(env().root, "trainer"),
    host,
    stopBy,
  });
}

async function report(bench: Bench, run: Awaited<ReturnType<Bench["run"]>>) {
  const nodes = run.nodes.map(async ({ id, status, attempt, outputs, metrics, failure }) => {
    const { lines } = await readLogs(bench.pool, bench.teamId, run.run, id);
    return { id, status, attempt, outputs, metrics, failure, lines: lines.map(({ at: _, ...line }) => line) };
  });
  const { rows: samples } = await bench.pool.query(
    'SELECT seq, step, prompt, text FROM "Sample" ORDER BY prompt, seq',
  );
  return { nodes: await Promise.all(nodes), samples };
}

test("every kind of job says the same and makes the same bytes, whichever executor runs it", async () => {
  const file = graph(
    {
      a: ["source", { text: "señales 🧵" }],
      b: ["step", { tag: "b" }],
      c: ["step", { tag: "c" }],
      joined: ["join"],
      slow: ["slow", { ms: 60, steps: 3 }],
      stage: ["train"],
      python: ["py-echo", { text: "hola 🧵", steps: 3 }],
      mixed: ["py-step", { text: "inside" }],
      failing: ["failing"],
      bug: ["failing", { code: "throw" }],
    },
    ...["a.data > b.data", "a.data > c.data", "b.data > joined.data[x]", "c.data > joined.data[y]"],
    ...[
      "joined.data > slow.data",
      "a.data > stage.data",
      "a.data > mixed.data",
      "a.data > failing.data",
      "a.data > bug.data",
    ],
  );
  const [one, other] = [await newBench(), await newBench()];
  await one.worker();
  await other.worker({ executor: folderExecutor(other) });
  const [local, folder] = await Promise.all([one.run(file), other.run(file)]);
  expect(await report(other, folder)).toEqual(await report(one, local));
  expect(statuses(folder)).toMatchObject({
    slow: "SUCCEEDED",
    python: "SUCCEEDED",
    mixed: "SUCCEEDED",
    failing: "FAILED",
  });
});

test("stopped by file or by signal, and killed: a job goes on from its checkpoint to the same bytes", async () => {
  const whole = await newBench();
  await whole.worker();
  const file = graph({
    node: ["slow", { ms: 1_500, steps: 10 }],
    python: ["py-echo", { steps: 10, seconds: 0.15 }],
  });
  const wanted = (await whole.run(file)).nodes.map(({ outputs }) => outputs);

  for (const stopBy of ["file", "signal"] as const) {
    const bench = await newBench();
    await bench.worker({ executor: folderExecutor(bench, stopBy) });
    const runId = await bench.start(file);
    await bench.until(runId, ({ nodes }) => nodes.every(({ progress }) => (progress?.done ?? 0) >= 2));
    await cancelRun(bench.engine, bench.teamId, runId);
    const stopped = await bench.finished(runId);
    expect(statuses(stopped), stopBy).toEqual({ node: "CANCELLED", python: "CANCELLED" });
    for (const { resume } of stopped.nodes) expect(resume!.step).toBeGreaterThanOrEqual(2);
    const again = await bench.finished(await bench.start(file, { retryOfId: runId, trigger: "retry" }));
    expect(
      again.nodes.map(({ outputs }) => outputs),
      stopBy,
    ).toEqual(wanted);
    const { lines } = await readLogs(bench.pool, bench.teamId, again.run, "python");
    expect(Number(lines[0]!.values!.step)).toBeGreaterThanOrEqual(2);
    expect(await bench.ran()).toContainEqual(expect.stringMatching(/^slow from ([2-9]|10) in/));
  }

  const bench = await newBench();
  const executor = folderExecutor(bench);
  await bench.worker({ executor });
  const runId = await bench.start(file);
  await bench.until(runId, ({ nodes }) => nodes.every(({ progress }) => (progress?.done ?? 0) >= 2));
  for (const pid of executor.pids.slice(0, 2)) process.kill(pid, "SIGKILL");
  const run = await bench.finished(runId);
  expect(run.nodes.map(({ status, attempt }) => [status, attempt])).toEqual([
    ["SUCCEEDED", 2],
    ["SUCCEEDED", 2],
  ]);
  expect(run.nodes.map(({ outputs }) => outputs)).toEqual(wanted);
});

test("a secret stands in no file of a job, and in no environment of its process", async () => {
  const bench = await newBench();
  const box = await openSecretBox({ home: bench.home, secretKey: undefined });
  const value = "hf_never-in-the-open";
  await bench.prisma.secret.create({
    data: { teamId: bench.teamId, name: "HUB", value: new Uint8Array(box.seal(value)) },
  });
  const executor = folderExecutor(bench);
  await bench.worker({ executor, readSecret: secretReader(bench.pool, box) });
  process.env.TELAR_SECRET_KEY_OF_A_TEST = value;
  const runId = await bench.start(
    graph({
      a: ["py-echo", { secret: { secret: "HUB" }, steps: 30, seconds: 0.05 }],
      b: ["slow", { ms: 1_000 }],
    }),
  );
  await bench.until(runId, ({ nodes }) => nodes.every(({ progress }) => (progress?.done ?? 0) >= 1));
  for (const pid of executor.pids) {
    const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
    expect(environment).not.toContain(value);
    expect(environment).not.toContain("postgres");
  }
  delete process.env.TELAR_SECRET_KEY_OF_A_TEST;
  await bench.finished(runId);
  const { lines } = await readLogs(bench.pool, bench.teamId, runId, "a");
  expect(lines).toContainEqual(
    expect.objectContaining({ values: { name: "HUB", characters: value.length } }),
  );
  const root = join(bench.home, "jobs");
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(5);
  for (const { parentPath, name } of files)
    expect(await readFile(join(parentPath, name), "latin1"), name).not.toContain(value);
});

test("a worker that stops gives the work of its executor back, with no process left", async () => {
  const bench = await newBench();
  const executor = folderExecutor(bench);
  const worker = await bench.worker({ executor });
  const runId = await bench.start(graph({ a: ["slow"] }));
  await bench.until(runId, ({ nodes }) => nodes[0]!.status === "RUNNING");
  while (!executor.pids.length) await sleep(10);
  await worker.stop();
  expect((await bench.show(runId)).nodes[0]!.status).toBe("READY");
  for (const pid of executor.pids) expect(() => process.kill(pid, 0)).toThrow();
});

test("a job that breaks the contract fails with what is wrong, and nothing of it is stored", async () => {
  const bench = await newBench();
  const box = await openSecretBox({ home: bench.home, secretKey: undefined });
  await bench.prisma.secret.create({
    data: { teamId: bench.teamId, name: "HUB", value: new Uint8Array(box.seal("hf_secret")) },
  });
  const executor = folderExecutor(bench, "file", program("rogue-job"));
  await bench.worker({ executor, readSecret: secretReader(bench.pool, box) });
  const ways: Record<string, string> = {
    sha256: "job-file-differs",
    hidden: "job-file-differs",
    missing: "output-missing",
    unknown: "output-unknown",
    outside: "job-file-differs",
    link: "job-folder-outside",
    "link inside": "output-not-a-file",
    silent: "host-lost",
    secret: "secret-not-named",
  };
  const ids = Object.keys(ways).map((text) => [text.replace(" ", "-"), text] as const);
  const runId = await bench.start(
    graph(Object.fromEntries(ids.map(([id, text]) => [id, ["source", { text }]]))),
  );
  await bench.until(runId, ({ nodes }) => nodes.every(({ attempt }) => attempt >= 1));
  const found = new Map<string, string>();
  const { rows } = await (async () => {
    for (;;) {
      const seen = await bench.pool.query<{ nodeId: string; reason: string }>(
        `SELECT DISTINCT n."nodeId", a."failureReason" AS reason FROM "Attempt" a JOIN "NodeRun" n ON n.id = a."nodeRunId"
         WHERE a."failureReason" IS NOT NULL`,
      );
      if (seen.rows.length >= ids.length) return seen;
      await sleep(50);
    }
  })();
  for (const { nodeId, reason } of rows) found.set(nodeId, reason);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(ids.map(([id, text]) => [id, ways[text]])));
  await cancelRun(bench.engine, bench.teamId, runId);
  await bench.finished(runId);
  const stored = await readdir(join(bench.home, "artifacts/sha256"), { recursive: true }).catch(() => []);
  expect(stored).toEqual([]);
  expect(await readFile(join(bench.home, "jobs/elsewhere/a"), "utf8")).toBe("hello");
});

test("noise among a job's events is told and bounded, and the job ends well", async () => {
  const bench = await newBench();
  await bench.worker({ executor: folderExecutor(bench, "file", program("rogue-job")) });
  const run = await bench.run(graph({ a: ["source", { text: "noise" }] }));
  expect(statuses(run)).toEqual({ a: "SUCCEEDED" });
  const { lines } = await readLogs(bench.pool, bench.teamId, run.run, "a");
  const noise = [
    "<<< not an event",
    "\uFFFD\uFFFD",
    "[]",
    "{}",
    '{"n":1,"t":"metric","name":"loss","step":1,"value":NaN}',
  ];
  expect(lines.map(({ code, values, message }) => [code, values?.text ?? values?.bytes ?? message])).toEqual([
    ...noise.map((text) => ["event-not-read", text]),
    ["event-too-long", 100 << 20],
    ["metric-not-finite", "loss is NaN at step 1"],
    ["text", "half \uFFFD and \uFFFD"],
  ]);
  const { rows } = await bench.pool.query('SELECT prompt, text FROM "Sample"');
  expect(rows).toEqual([{ prompt: "\uFFFD", text: "\uFFFD" }]);
});
