/**
 * A home of the version before opens with this one: everything is there, the deployment answers, and what is unchanged is
 * run at most once more. `scripts/make-home.mjs` makes the home, with that version's own code.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { env } from "@/server/env";

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
  expect(json("preview", data.digest, "--rows", "3").rows).toHaveLength(3);
});

test("the deployment answers", () => {
  expect(json("deployments").deployments.map(({ slug }: { slug: string }) => slug)).toContain("kept");
});

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
