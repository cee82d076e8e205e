/** A worker of another machine: a process tree of its own with its own home, a database and a store that both reach. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Call, telarHome } from "./_testing/telar";

vi.setConfig({ testTimeout: 240_000 });

let home: Awaited<ReturnType<typeof telarHome>>;
let client: pg.Client;
let worker: Call;
beforeAll(async () => {
  home = await telarHome();
  client = new pg.Client({ connectionString: home.databaseUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await home.remove();
});

const workers = async () =>
  (
    await client
      .query(`SELECT name, threads, "stoppedAt" FROM "Worker" ORDER BY "startedAt"`)
      .catch(() => ({ rows: [] }))
  ).rows;

test("it does the work of a system elsewhere, through a shared folder, and leaves in good order", async () => {
  const shared = join(home.dir, "shared");
  const elsewhere = join(home.dir, "elsewhere");
  await mkdir(elsewhere);
  worker = home.telarWith(
    { TELAR_HOME: elsewhere, DATABASE_URL: home.databaseUrl, TELAR_ARTIFACTS: shared },
    ..."worker --name far --cpus 1 --gpus none".split(" "),
  );
  await expect.poll(workers, { timeout: 120_000 }).toEqual([{ name: "far", threads: 1, stoppedAt: null }]);

  await home.write(
    "rows.jsonl",
    ['{"question":"Why?","answer":"Because."}', '{"question":"How?","answer":"So."}'].join("\n"),
  );
  const graph = await home.graph(
    "clean.json",
    [
      { id: "source", kind: "dataset-file", params: { path: "rows.jsonl" } },
      { id: "chat", kind: "to-chat" },
    ],
    [{ from: "source.data", to: "chat.data" }],
  );
  const here = { TELAR_ARTIFACTS: shared };
  const ran = await home.telarWith(here, "run", graph, "--json");
  expect(ran.code, ran.stderr).toBe(0);
  const run = JSON.parse(ran.stdout);
  expect(run).toMatchObject({
    status: "SUCCEEDED",
    nodes: [{ status: "SUCCEEDED" }, { status: "SUCCEEDED" }],
  });
  const { rows } = await client.query(
    `SELECT DISTINCT w.name FROM "Attempt" a JOIN "Worker" w ON w.id = a."workerId"`,
  );
  expect(rows).toEqual([{ name: "far" }]);

  // What it made is read here, from the shared folder; its own home holds no artifacts.
  const preview = await home.telarWith(here, "preview", run.nodes[1].outputs.data.digest, "--json");
  expect(JSON.parse(preview.stdout).page.rows).toHaveLength(2);
  expect(await readdir(elsewhere)).not.toContain("artifacts");

  worker.child.kill("SIGTERM");
  expect(await worker).toMatchObject({ code: 0 });
  expect(await workers()).toContainEqual({ name: "far", threads: 1, stoppedAt: expect.any(Date) });
});

test("without a store that both reach, or without a database, it is refused with the variable to set", async () => {
  const bare = { TELAR_ARTIFACTS: "", DATABASE_URL: "" };
  const lone = await home.telarWith(bare, "worker");
  expect(lone).toMatchObject({ code: 2, stderr: expect.stringContaining("DATABASE_URL") });
  const storeless = await home.telarWith({ ...bare, DATABASE_URL: home.databaseUrl }, "worker");
  expect(storeless).toMatchObject({ code: 2, stderr: expect.stringContaining("TELAR_ARTIFACTS") });
});
