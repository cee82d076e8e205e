/**
 * A home of the version before opens with this one: everything is there, the deployment answers, and what is unchanged is
 * run at most once more. `scripts/make-home.mjs` makes the home, with that version's own code.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPool } from "@/server/db";
import { env, parseEnv } from "@/server/env";
import { loadDraftFile } from "@/server/graphs/load-draft";
import { createPrisma } from "@/server/prisma";
import { openDatabase, startSystem } from "@/server/supervisor/index";
import { freePort } from "../_testing/free-port";

const BEFORE = "a582efd";
const { root } = env();
const made = process.env.TELAR_OLD_HOME ?? join(mkdtempSync(join(tmpdir(), "telar-old-")), BEFORE);
let dir: string;

const telar = (...args: string[]): string =>
  execFileSync(process.execPath, [join(root, "scripts/telar.mjs"), ...args], {
    cwd: dir,
    env: { ...process.env, TELAR_HOME: join(dir, "home"), DATABASE_URL: "", FORCE_COLOR: "0" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1e8,
  });
const json = (...args: string[]) => JSON.parse(telar(...args, "--json"));

const settings = () => parseEnv({ ...process.env, TELAR_HOME: join(dir, "home"), DATABASE_URL: "" }, root);

beforeAll(() => {
  if (!process.env.TELAR_OLD_HOME)
    execFileSync(process.execPath, [join(root, "scripts/make-home.mjs"), BEFORE, made], { stdio: "inherit" });
  // The home itself stays as it was made.
  dir = mkdtempSync(join(tmpdir(), "telar-upgraded-"));
  for (const name of ["home", "graph.json", "rows.jsonl"])
    cpSync(join(made, name), join(dir, name), { recursive: true, verbatimSymlinks: true });
}, 1_800_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("runs, their outputs and their reasons are there", () => {
  const { runs } = json("runs");
  expect(runs.map(({ number, status }: { number: number; status: string }) => [number, status])).toEqual([
    [2, "SUCCEEDED"],
    [1, "SUCCEEDED"],
  ]);
  const { nodes } = json("show", runs[1].run ?? runs[1].id);
  expect(nodes).toHaveLength(10);
  for (const node of nodes) {
    expect([node.id, node.status]).toEqual([node.id, "SUCCEEDED"]);
    expect(node.why).not.toBe("");
    expect(Object.keys(node.outputs).length).toBeGreaterThan(0);
  }
  const { data } = nodes.find(({ id }: { id: string }) => id === "pii").outputs;
  expect(data.facts.labels.pii).toBe("masked");
  expect(JSON.stringify(json("preview", data.digest, "--rows", "3"))).toContain("[EMAIL]");
});

test("the draft opens as it was", async () => {
  const database = await openDatabase(settings());
  const pool = createPool(database.url);
  const prisma = createPrisma(pool);
  const draft = await prisma.graph.findFirstOrThrow({ where: { name: "Kept draft" } });
  const { file } = await loadDraftFile(prisma, draft.id);
  const written = JSON.parse(readFileSync(join(made, "graph.json"), "utf8"));
  expect(file.nodes.map(({ id, params }) => [id, params])).toEqual(
    written.nodes.map(({ id, params }: { id: string; params: object }) => [id, params]),
  );
  expect(file.wires).toHaveLength(written.wires.length);
  await pool.end();
  await database.close();
});

test("the deployment answers", async () => {
  const gateway = await freePort();
  const system = await startSystem({
    env: { ...settings(), gatewayPort: gateway },
    parts: ["gateway"],
    log: () => {},
  });
  const ask = () =>
    fetch(`http://127.0.0.1:${gateway}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "kept",
        max_tokens: 4,
        messages: [{ role: "user", content: "What is the loom?" }],
      }),
    }).catch(() => undefined);
  await expect.poll(async () => (await ask())?.status, { timeout: 120_000, interval: 1_000 }).toBe(200);
  expect((await (await ask())!.json()).usage.completion_tokens).toBeGreaterThan(0);
  await system.stop();
}, 180_000);

test("what is unchanged is run at most once more, and then comes from the cache", () => {
  json("run", "graph.json");
  const again = json("run", "graph.json");
  expect(again.status).toBe("SUCCEEDED");
  const ran = again.nodes.filter(({ status }: { status: string }) => status !== "CACHED");
  expect(ran.map(({ id }: { id: string }) => id)).toEqual(["deploy"]);
}, 900_000);

test("the graph file is the one that was written", () => {
  const before = readFileSync(join(made, "graph.json"), "utf8");
  expect(readFileSync(join(dir, "graph.json"), "utf8")).toBe(before);
  expect(telar("check", "graph.json")).not.toContain("error");
});
