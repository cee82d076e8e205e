/** Running graphs from the command line: results on stdout, the words of people on stderr, exit codes that scripts can trust. */
import { readdir, readFile, rm, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { telarHome } from "./_testing/telar";

vi.setConfig({ testTimeout: 240_000 });

let home: Awaited<ReturnType<typeof telarHome>>;
let graph: string;
beforeAll(async () => {
  home = await telarHome();
  const rows = Array.from({ length: 40 }, (_, i) => ({
    question: `What is ${i} plus ${i}?`,
    answer: `${i} plus ${i} makes ${i + i}.`,
  }));
  await home.write("rows.jsonl", [...rows, rows[0]].map((row) => `${JSON.stringify(row)}\n`).join(""));
  graph = await home.graph(
    "clean.json",
    [
      { id: "source", kind: "dataset-file", params: { path: "rows.jsonl" } },
      { id: "chat", kind: "to-chat" },
      { id: "dedupe", kind: "dedupe" },
    ],
    [
      { from: "source.data", to: "chat.data" },
      { from: "chat.data", to: "dedupe.data" },
    ],
  );
});
afterAll(() => home.remove());

type Node = {
  id: string;
  status: string;
  outputs: Record<string, { digest: string; facts: { rows?: number } }>;
};
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await home.telar(...args, "--json");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
};

async function sql(text: string, ...values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: home.databaseUrl });
  await client.connect();
  await client.query(text, values);
  await client.end();
}

test("a run gives one JSON document, a second one comes from the cache, and every look at it agrees", async () => {
  const first = await json("run", graph);
  expect(first).toMatchObject({ status: "SUCCEEDED", number: 1 });
  expect(first.nodes.map(({ id, status }: Node) => [id, status])).toEqual([
    ["source", "SUCCEEDED"],
    ["chat", "SUCCEEDED"],
    ["dedupe", "SUCCEEDED"],
  ]);
  const output = first.nodes[2].outputs.data as Node["outputs"][string];
  expect(output.facts.rows).toBe(40);

  const plan = await json("plan", graph);
  expect(plan.nodes.map(({ action }: { action: string }) => action)).toEqual(["cached", "cached", "cached"]);
  const again = await json("run", graph);
  expect(again.nodes.every(({ status }: Node) => status === "CACHED")).toBe(true);

  expect(await json("show", first.run)).toEqual(first);
  expect((await json("runs")).runs.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
  const retried = await json("retry", String(first.number));
  expect(retried).toMatchObject({ status: "SUCCEEDED", trigger: "retry" });
  expect(retried.nodes.every(({ status }: Node) => status === "CACHED")).toBe(true);
  const preview = await json("preview", output.digest, "--rows", "3");
  expect(preview.page.rows).toHaveLength(3);
  const out = join(home.dir, "fetched");
  expect((await home.telar("get", output.digest, "--out", out)).code).toBe(0);
  expect(await readdir(out)).toContain("data.parquet");
  const logs = await home.telar("logs", first.run, "source");
  expect(logs).toMatchObject({ code: 0, stdout: expect.stringContaining("jsonl") });
});

test("a changed parameter is told exactly, and only what needs it runs", async () => {
  const plan = await json("plan", graph, "--set", "source.rows=7");
  expect(plan.nodes[0]).toMatchObject({ action: "run", why: expect.stringMatching(/rows.*7/i) });
  const run = await json("run", graph, "--set", "source.rows=7", "--to", "chat");
  expect(run.nodes.map(({ id, status }: Node) => [id, status])).toEqual([
    ["source", "SUCCEEDED"],
    ["chat", "SUCCEEDED"],
  ]);
});

test("a worker whose process is gone is not waited for", async () => {
  await sql(
    `INSERT INTO "Worker" (id, name, host, pid, threads, "memoryBytes") VALUES ('dead', 'dead', $1, 4194304, 2, 1)`,
    hostname(),
  );
  expect(await json("run", graph, "--set", "source.rows=9")).toMatchObject({ status: "SUCCEEDED" });
});

test("what nothing uses is named and, when asked, removed; damage is told with who made it, and made again", async () => {
  const store = join(home.dir, "home/artifacts");
  const age = async () => {
    await sql(`UPDATE "Artifact" SET "storedAt" = now() - interval '3 days'`);
    const then = Date.now() / 1000 - 3 * 86_400;
    for (const file of await readdir(join(store, "sha256"), { recursive: true, withFileTypes: true }))
      if (file.isFile()) await utimes(join(file.parentPath, file.name), then, then);
  };
  await age();
  const dry = await home.telar("gc", "--older-than", "0");
  expect(dry.code, dry.stderr).toBe(0);
  expect(dry.stdout).toMatch(/^kept +because they are$/m);
  expect(dry.stdout).toMatch(/^4 +[\d.]+ kB +the newest result of a node of a graph$/m);
  const [, artifacts, files] = /Would remove (\d+) artifacts and (\d+) files/.exec(dry.stderr)!;
  expect(Number(artifacts)).toBeGreaterThan(2);
  expect(dry.stderr).toContain("Nothing was changed.");
  const done = await home.telar("gc", "--older-than", "0", "--yes");
  expect(done.stderr).toContain(`Removed ${artifacts} artifacts and ${files} files`);

  const nodes: Node[] = (await json("run", graph, "--set", "source.rows=9")).nodes;
  expect(nodes.map(({ status }) => status)).toEqual(["CACHED", "CACHED", "CACHED"]);
  const { digest } = nodes[1]!.outputs.data!;
  const place = (sha256: string) => join(store, "sha256", sha256.slice(0, 2), sha256);
  const manifest = JSON.parse(await readFile(place(digest.slice("sha256:".length)), "utf8"));
  await rm(place(manifest.files[0].sha256));
  const bad = await home.telar("doctor", "--verify");
  expect(bad.code).toBe(1);
  expect(bad.stdout).toContain(digest.slice(0, 19));
  expect(bad.stdout).toMatch(/clean\.json, run \d+, node chat/);
  expect(bad.stdout).toContain(`${manifest.files[0].path} is missing`);
  const again: Node[] = (await json("run", graph, "--set", "source.rows=9")).nodes;
  expect(again.map(({ status }) => status)).toEqual(["CACHED", "SUCCEEDED", "CACHED"]);
  const good = await home.telar("doctor", "--verify");
  expect([good.code, good.stdout]).toEqual([0, ""]);
  expect(good.stderr).toMatch(/\d+ artifacts in \d+ files, [\d.]+ kB, read in/);
});

test("doctor says what there is in a line each, with its fix where something is missing", async () => {
  const { code, stdout } = await home.telarWith(
    { HF_HUB_OFFLINE: "1", TELAR_RAY_ADDRESS: "http://127.0.0.1:8265" },
    "doctor",
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok +Node\.js +20\.\d+/m);
  expect(stdout).toMatch(/^ok +Database +embedded PostgreSQL answers/m);
  expect(stdout).toMatch(/^ok +Artifacts +\S+\/artifacts: My team [\d.]+ kB/m);
  expect(stdout).toMatch(/^ok +Engine onnx +onnxruntime [\d.]+, cpu/m);
  expect(stdout).toMatch(/^ok +Engine tfjs +TensorFlow\.js [\d.]+, WebAssembly, one thread +GPU: /m);
  expect(stdout).toMatch(/^-- +Model hub +switched off +Unset HF_HUB_OFFLINE/m);
  expect(stdout).toMatch(/^-- +Ray +http:\S+ is set and not used +This version runs/m);
  for (const line of stdout
    .trim()
    .split("\n")
    .filter((one) => one.startsWith("--")))
    expect(line).toMatch(/^--( {2,}\S.*){3}$/);
});

test("doctor installs nothing that it does not know", async () => {
  const { code, stderr } = await home.telar("doctor", "--install", "cuda");
  expect(code).toBe(2);
  expect(stderr).toContain("`cuda` cannot be installed. What can: tfjs-gpu.");
});

test("an installation that cannot be done is told, with why and what it needs", async () => {
  const cache = join(home.dir, "cache");
  const env = {
    XDG_CACHE_HOME: cache,
    npm_config_registry: "http://127.0.0.1:9/",
    npm_config_fetch_retries: "0",
    npm_config_loglevel: "silent",
  };
  const { code, stderr } = await home.telarWith(
    { ...env, npm_config_cache: join(home.dir, "npm") },
    ...["doctor", "--install", "tfjs-gpu"],
  );
  expect(code).toBe(3);
  expect(stderr).toMatch(/TensorFlow\.js for GPUs was not installed: .*ECONNREFUSED.* Nothing was changed\./);
});

test("Ctrl-C cancels the run: exit code 130, nothing left RUNNING", async () => {
  const training = await home.graph(
    "train.json",
    [
      { id: "source", kind: "dataset-file", params: { path: "rows.jsonl" } },
      { id: "chat", kind: "to-chat" },
      { id: "base", kind: "base-model" },
      { id: "tokenize", kind: "tokenize" },
      { id: "train", kind: "lora-train", params: { steps: 500 } },
    ],
    [
      { from: "source.data", to: "chat.data" },
      { from: "chat.data", to: "tokenize.data" },
      { from: "base.model", to: "tokenize.model" },
      { from: "base.model", to: "train.model" },
      { from: "tokenize.tokens", to: "train.tokens" },
    ],
  );
  const call = home.telar("run", training, "--json");
  let printed = "";
  let pressed = false;
  call.child.stderr?.on("data", (chunk) => {
    printed += chunk;
    // Once: a second Ctrl-C ends the command at once.
    if (pressed || !/… train/.test(printed)) return;
    pressed = true;
    call.child.kill("SIGINT");
  });
  const { code, stdout } = await call;
  expect(code).toBe(130);
  const run = JSON.parse(stdout);
  expect(run.status).toBe("CANCELLED");
  expect(run.nodes.find(({ id }: Node) => id === "train").status).toBe("CANCELLED");
});
