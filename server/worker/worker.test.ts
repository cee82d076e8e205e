import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { expect, test, vi } from "vitest";
import { parseEnv } from "@/server/env";
import { reapAttempts } from "@/server/runs/attempts/reap";
import { cancelRun } from "@/server/runs/cancel/cancel-run";
import { readLogs } from "@/server/runs/show/read-logs";
import { graph, statuses, testBench } from "./_testing/test-bench";
import { createLocalExecutor } from "./executors/local";
import { exitFailure } from "./executors/local/exit-failure";
import type { HostExit } from "./executors/local/host";
import type { ReadyJob } from "./job-inputs";
import { openSecretBox, secretReader } from "./secrets";

const exit: HostExit = { signal: null, code: null, tail: "" };

test("the way a job host ended says who must act", () => {
  const say = (more: Partial<HostExit>, kernel = false) => exitFailure({ ...exit, ...more }, kernel, 2.5e9);
  expect(say({ signal: "SIGKILL" })).toMatchObject({ code: "WORKER_LOST", values: { how: "SIGKILL" } });
  expect(say({ signal: "SIGKILL" }, true)).toMatchObject({
    code: "OUT_OF_MEMORY",
    values: { gigabytes: 2.5 },
  });
  expect(say({ signal: "SIGABRT", tail: "JavaScript heap out of memory" }).code).toBe("OUT_OF_MEMORY");
});

test("a node past its deadline is stopped and says so", async () => {
  const bench = await testBench();
  await bench.worker({ heartbeatMs: 200 });
  const runId = await bench.start(graph({ a: ["slow"] }));
  await bench.until(runId, (run) => run.nodes[0]!.status === "RUNNING");
  await bench.pool.query('UPDATE "Attempt" SET "deadlineAt" = now()');
  const run = await bench.finished(runId);
  expect(run.nodes[0]).toMatchObject({ status: "FAILED", failure: { code: "TIMED_OUT" } });
  expect(run.nodes[0]!.failure!.message).toContain("deadline");
  await bench.close();
});

const STALL = { lookMs: 200, stoppedMs: 1_500, silentMs: 3_000, idleShare: 0.05 };

test.runIf(process.platform === "linux")(
  "a job whose process is stopped is ended and tried again, to its end",
  async () => {
    const bench = await testBench();
    await bench.worker({ heartbeatMs: 200, stall: STALL });
    const runId = await bench.start(graph({ a: ["slow", { ms: 2_000 }] }));
    const externalId = await vi.waitFor(async () => {
      const { rows } = await bench.pool.query<{ externalId: string | null }>(
        'SELECT "externalId" FROM "Attempt"',
      );
      expect(rows[0]?.externalId).toMatch(/^.+\/\d+$/);
      return rows[0]!.externalId!;
    });
    expect(externalId.split("/")[0]).toBe(hostname());
    process.kill(Number(externalId.split("/")[1]), "SIGSTOP");
    const run = await bench.finished(runId);
    expect(run.nodes[0]).toMatchObject({ status: "SUCCEEDED", attempt: 2 });
    const { rows } = await bench.pool.query(
      'SELECT "failureReason" AS reason FROM "Attempt" WHERE number = 1',
    );
    expect(rows).toEqual([{ reason: "job-stopped" }]);
    await bench.close();
  },
);

test.runIf(process.platform === "linux")(
  "a job that says and computes nothing is ended and says so",
  async () => {
    const bench = await testBench();
    await bench.worker({ heartbeatMs: 200, stall: STALL });
    const runId = await bench.start(graph({ a: ["slow", { ms: 600_000, steps: 2 }] }));
    const run = await bench.finished(runId);
    expect(run.nodes[0]).toMatchObject({
      status: "FAILED",
      failure: { code: "TIMED_OUT", reason: "job-stalled" },
    });
    expect(run.nodes[0]!.failure!.message).toContain("used no processor time");
    await bench.close();
  },
);

test("a worker offers what its executor has now, and takes nothing while jobs hold more than is left", async () => {
  const bench = await testBench();
  let threads = 0;
  const local = createLocalExecutor(bench.localOptions({}));
  const executor = { ...local, capacity: () => ({ ...local.capacity(), threads }) };
  await bench.worker({ heartbeatMs: 50, executor });
  const runId = await bench.start(graph({ a: ["slow", { ms: 300 }] }));
  await sleep(400);
  expect(statuses(await bench.show(runId))).toEqual({ a: "READY" });
  threads = 3;
  expect((await bench.finished(runId)).status).toBe("SUCCEEDED");
  const { rows } = await bench.pool.query('SELECT threads FROM "Worker"');
  expect(rows).toEqual([{ threads: 3 }]);
  await bench.close();
});

test("a run may set the deadline of its nodes", async () => {
  const bench = await testBench();
  await bench.worker({ heartbeatMs: 100 });
  const runId = await bench.start(graph({ a: ["slow"] }), { deadlineMs: 700 });
  const run = await bench.finished(runId);
  expect(run.nodes[0]).toMatchObject({
    status: "FAILED",
    failure: { code: "TIMED_OUT", reason: "timed-out" },
  });
  await bench.close();
});

test("after a cancel a silent worker's node is CANCELLED only when its process must be gone", async () => {
  const bench = await testBench();
  const child = await bench.workerProcess();
  const runId = await bench.start(graph({ a: ["slow"] }));
  await bench.until(runId, (run) => run.nodes[0]!.status === "RUNNING");
  child.kill("SIGKILL");
  expect(await cancelRun(bench.engine, bench.teamId, runId)).toBe(true);
  expect(await cancelRun(bench.engine, bench.teamId, runId)).toBe(false);
  await bench.pool.query(`UPDATE "Attempt" SET "leaseExpiresAt" = now() - interval '1 second'`);
  expect(await reapAttempts(bench.engine, { graceMs: 3_600_000 })).toBe(0);
  expect((await bench.show(runId)).status).toBe("RUNNING");
  expect(await reapAttempts(bench.engine, { graceMs: 500 })).toBe(1);
  expect(statuses(await bench.show(runId))).toEqual({ a: "CANCELLED" });
  await bench.close();
});

test.runIf(process.platform === "linux")(
  "a job host cannot read the database's address or the installation's key",
  async () => {
    vi.stubEnv("DATABASE_URL", "postgresql://telar:in-confidence@db.example.org/telar");
    vi.stubEnv("TELAR_SECRET_KEY", "in-confidence-in-confidence");
    vi.stubEnv("A_TOKEN_OF_TOMORROW", "in-confidence");
    const bench = await testBench();
    await bench.worker();
    const runId = await bench.start(graph({ a: ["slow"] }));
    await bench.until(runId, (run) => run.nodes[0]!.status === "RUNNING");
    const hosts = (await readdir("/proc"))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/environ`, "latin1").catch(() => ""));
    const own = (await Promise.all(hosts)).filter((text) => text.includes(`TELAR_JOB_HOST=${process.pid}-`));
    expect(own.length).toBeGreaterThan(0);
    for (const environment of own) {
      expect(environment).toContain("PATH=");
      expect(environment).not.toContain("in-confidence");
      expect(environment).not.toContain("DATABASE_URL");
    }
    vi.unstubAllEnvs();
    await cancelRun(bench.engine, bench.teamId, runId);
    await bench.close();
  },
);

test("a job does not begin when its lease passed while its host was starting", async () => {
  const bench = await testBench();
  const executor = createLocalExecutor(bench.localOptions({}));
  const running = executor.start({ job: {}, gpus: [] } as unknown as ReadyJob, {
    event: () => {},
    memory: () => {},
    answer: () => Promise.reject(new Error("nothing was to be asked")),
    mayBegin: () => false,
  });
  expect(await running.ended).toEqual({ end: "gone", why: "lost" });
  await executor.close();
  await bench.close();
});

test("a secret is read back with the key that sealed it, and with no other", async () => {
  const bench = await testBench();
  const home = await mkdtemp(join(tmpdir(), "telar-secrets-"));
  const box = await openSecretBox({ home, secretKey: undefined });
  await bench.prisma.secret.create({
    data: { teamId: bench.teamId, name: "HUB", value: new Uint8Array(box.seal("hf_ñ")) },
  });
  const again = await openSecretBox({ home, secretKey: undefined });
  expect(await secretReader(bench.pool, again)(bench.teamId, "HUB")).toBe("hf_ñ");
  const other = await openSecretBox(parseEnv({ TELAR_SECRET_KEY: "another key altogether" }, home));
  await expect(secretReader(bench.pool, other)(bench.teamId, "HUB")).rejects.toMatchObject({
    reason: "secret-sealed-elsewhere",
  });
  await expect(secretReader(bench.pool, box)(bench.teamId, "NONE")).rejects.toMatchObject({
    reason: "secret-missing",
  });
  await rm(home, { recursive: true, force: true });
  await bench.close();
});

test("a secret that a job says is in no row and no log of the worker", async () => {
  const bench = await testBench();
  const secret = 'hf_tell ñobody/"0123456789';
  const box = await openSecretBox({ home: bench.home, secretKey: undefined });
  await bench.prisma.secret.create({
    data: { teamId: bench.teamId, name: "HUB", value: new Uint8Array(box.seal(secret)) },
  });
  const written: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void written.push(line) });
  await bench.worker({ readSecret: secretReader(bench.pool, box), log });
  const run = await bench.run(graph({ a: ["blab", { secret: { secret: "HUB" } }] }));
  expect(statuses(run)).toEqual({ a: "FAILED" });
  const { lines } = await readLogs(bench.pool, bench.teamId, run.run, "a");
  expect(JSON.stringify(lines)).toContain("•••");
  const { rows: tables } = await bench.pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  const rows = await Promise.all(
    tables.map(async ({ name }) =>
      (await bench.pool.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)).rows.map(
        ({ row }) => row,
      ),
    ),
  );
  const base64 = Buffer.from(`user:${secret}`).toString("base64");
  const all = [...rows.flat(), ...written].join("\n");
  for (const form of [
    secret,
    "tell ñobody",
    "0123456789",
    encodeURIComponent(secret).slice(3, -3),
    base64.slice(8, -4),
  ])
    expect(all).not.toContain(form);
  await bench.close();
});

test("what a run stores carries the labels of what went into it", async () => {
  const bench = await testBench();
  await bench.worker();
  const runId = await bench.start(
    graph(
      {
        mail: ["source", { text: "mail", pii: "masked" }],
        faq: ["source", { text: "faq", pii: "found" }],
        silent: ["source"],
        both: ["join"],
        last: ["step"],
      },
      "mail.data > both.data[a]",
      "faq.data > both.data[b]",
      "both.data > last.data",
    ),
  );
  const run = await bench.finished(runId);
  const labels = Object.fromEntries(run.nodes.map((node) => [node.id, node.outputs.data!.facts.labels]));
  expect(labels).toEqual({
    mail: { pii: "masked", origins: ["mail"] },
    faq: { pii: "found", origins: ["faq"] },
    silent: { pii: "unknown" },
    both: { pii: "found", origins: ["faq", "mail"] },
    last: { pii: "found", origins: ["faq", "mail"] },
  });
  await bench.close();
});

test("an artifact of an earlier version is shown with its labels as this version knows them", async () => {
  const bench = await testBench();
  await bench.worker();
  const runId = await bench.start(graph({ a: ["source"] }));
  await bench.finished(runId);
  const old = { shape: "table", labels: { pii: "masked", licence: "mit", origin: "faq.csv sha256:ab" } };
  await bench.pool.query('UPDATE "Artifact" SET facts = $1', [JSON.stringify(old)]);
  const { facts } = (await bench.show(runId)).nodes[0]!.outputs.data!;
  expect(facts).toEqual({
    type: "dataset",
    shape: "table",
    labels: { pii: "masked", licences: ["mit"], origins: ["faq.csv sha256:ab"] },
  });
  await bench.close();
});
