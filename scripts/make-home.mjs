/**
 * Makes a home as an earlier version left it: graphs, a draft, runs, artifacts and a deployment of a small training.
 * Usage: node scripts/make-home.mjs COMMIT FOLDER
 *
 * FOLDER then holds `checkout/` (that version, with its packages), `home/` (its TELAR_HOME), `graph.json` and `rows.jsonl`.
 * Weights come from this checkout's `.telar/models`.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { at, run, say } from "./lib/project.mjs";

const [commit, folder] = process.argv.slice(2);
if (!commit || !folder) {
  say("usage: node scripts/make-home.mjs COMMIT FOLDER");
  process.exit(2);
}
const dir = resolve(folder);
const checkout = join(dir, "checkout");
const home = join(dir, "home");
const env = { TELAR_HOME: home, DATABASE_URL: "", FORCE_COLOR: "0" };

if (!existsSync(join(checkout, "package.json"))) {
  mkdirSync(checkout, { recursive: true });
  await run("sh", ["-c", `git archive ${commit} | tar -x -C "${checkout}"`]);
}
rmSync(home, { recursive: true, force: true });
mkdirSync(home, { recursive: true });
symlinkSync(at(".telar/models"), join(home, "models"));

const words = ["loom", "thread", "warp", "weft", "shuttle", "heddle", "reed", "bobbin"];
const rows = Array.from({ length: 48 }, (_, i) => ({
  question: `What is number ${i} about the ${words[i % words.length]}?`,
  answer: `It is the ${words[(i * 3) % words.length]}, counted ${i} times. Write to weaver${i}@example.com.`,
}));
writeFileSync(join(dir, "rows.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

const node = (id, kind, params = {}) => ({ id, kind, version: 1, params });
const wire = (from, to) => ({ from, to });
const graph = {
  telar: 1,
  name: "Kept home",
  nodes: [
    node("base", "base-model"),
    node("dedupe", "dedupe"),
    node("deploy", "deploy", { slug: "kept" }),
    node("merge", "merge"),
    node("pii", "pii"),
    node("quantize", "quantize", { type: "Q4_K_M" }),
    node("source", "dataset-file", { path: "rows.jsonl" }),
    node("to-chat", "to-chat"),
    node("tokenize", "tokenize", { maxLength: 128 }),
    node("train", "lora-train", { steps: 3, batchSize: 2, rank: 8 }),
  ],
  wires: [
    wire("base.model", "merge.model"),
    wire("base.model", "tokenize.model"),
    wire("base.model", "train.model"),
    wire("dedupe.data", "tokenize.data"),
    wire("merge.model", "quantize.model"),
    wire("pii.data", "dedupe.data"),
    wire("quantize.model", "deploy.model"),
    wire("source.data", "to-chat.data"),
    wire("to-chat.data", "pii.data"),
    wire("tokenize.tokens", "train.tokens"),
    wire("train.adapter", "merge.adapter"),
  ],
};
writeFileSync(join(dir, "graph.json"), JSON.stringify(graph, null, 2));

// A draft, as the editor of that version makes one; only its own code can.
writeFileSync(
  join(checkout, "make-draft.ts"),
  `import { readFileSync } from "node:fs";
import { parseGraph } from "@/graph/document";
import { createPool } from "@/server/db";
import { env } from "@/server/env";
import { createGraph } from "@/server/graphs/create-graph";
import { createPrisma } from "@/server/prisma";
import { openDatabase } from "@/server/supervisor/index";
import { ensureOwner } from "@/server/teams/ensure-owner";
const database = await openDatabase(env());
const pool = createPool(database.url);
const prisma = createPrisma(pool);
const { teamId } = await ensureOwner(prisma);
const { file } = parseGraph(readFileSync(process.argv[2]!, "utf8"));
await createGraph(prisma, { teamId, name: "Kept draft", file });
await pool.end();
await database.close();
process.exit(0);
`,
);
const telar = (...args) =>
  run(process.execPath, [join(checkout, "scripts/telar.mjs"), ...args], { cwd: dir, env });
// The first command installs the packages of that version.
say("A run that trains and deploys…");
await telar("run", "graph.json");
say("A smoke run, and a draft…");
await telar("run", "graph.json", "--smoke");
await run(join(checkout, "node_modules/.bin/tsx"), ["make-draft.ts", join(dir, "graph.json")], {
  cwd: checkout,
  env,
});
say(`${home} is what ${commit} left.`);
