/** Which test files `npm run test:quick` runs: those that depend on what changed, as many as two minutes allow. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { at, bin, root } from "./project.mjs";

/** What the tests may take, as far as is known; the rest of the two minutes is for types, lint and start. */
const BUDGET_MS = 60_000;
/** A file that never ran here: most take less. */
const UNKNOWN_MS = 8_000;
/** They start whole systems, from the built app too: for `npm test`. */
const WHOLE_SYSTEM = /^(server\/faults|cli)\/|\.long\.ts$/;
const WORKERS = 2;

/**
 * @param {readonly string[]} tests files that depend on what changed @param {readonly string[]} changed
 * @param {ReadonlyMap<string, number>} durations of earlier runs, ms
 * @returns {{ run: string[], left: string[] }} what stands nearest to a changed file first; one file always runs
 */
export function chooseTests(tests, changed, durations, budgetMs = BUDGET_MS) {
  const distance = (test) => Math.min(Number.POSITIVE_INFINITY, ...changed.map((file) => steps(test, file)));
  const cost = (test) => durations.get(test) ?? UNKNOWN_MS;
  const sorted = tests
    .map((test) => ({ test, distance: distance(test), cost: cost(test) }))
    .sort((a, b) => a.distance - b.distance || a.cost - b.cost || (a.test < b.test ? -1 : 1));
  const [run, left] = [[], []];
  let spent = 0;
  for (const { test, cost } of sorted) {
    if (WHOLE_SYSTEM.test(test) || (run.length && spent + cost > budgetMs * WORKERS)) left.push(test);
    else {
      run.push(test);
      spent += cost;
    }
  }
  return { run, left: left.sort() };
}

/** Folders to leave and to enter between two files; 0 for the same file. */
function steps(one, other) {
  if (one === other) return 0;
  const [a, b] = [dirname(one).split("/"), dirname(other).split("/")];
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  return 1 + a.length + b.length - 2 * same;
}

const git = (...args) =>
  execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
    .split("\n")
    .filter(Boolean);

/** The commit where this branch left the main one; on the main branch itself, its last commit. */
function base() {
  for (const name of ["origin/HEAD", "origin/main", "main"]) {
    try {
      return git("merge-base", "HEAD", name)[0];
    } catch {
      // No such branch here.
    }
  }
  return "HEAD";
}

/** Test files that depend on what changed since the main branch, and what changed. */
export function relatedTests() {
  const since = base();
  const changed = [
    ...new Set([...git("diff", "--name-only", since), ...git("ls-files", "--others", "--exclude-standard")]),
  ];
  if (!changed.length) return { changed, tests: [] };
  const { status, stdout, stderr } = spawnSync(
    bin("vitest"),
    ["list", "--filesOnly", "--json", "--changed", since],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The tests that depend on what changed cannot be listed.\n${stderr}`);
  const listed = JSON.parse(stdout.slice(stdout.indexOf("[")));
  return { changed, tests: [...new Set(listed.map(({ file }) => file.replace(`${root}/`, "")))] };
}

/** What each file took when it last ran here, as vitest remembers it. */
export function knownDurations() {
  const dir = at("node_modules/.vite/vitest");
  const known = new Map();
  for (const name of existsSync(dir) ? readdirSync(dir) : []) {
    const file = join(dir, name, "results.json");
    if (!existsSync(file)) continue;
    for (const [test, { duration }] of JSON.parse(readFileSync(file, "utf8")).results)
      known.set(test.replace(/^[^:]*:/, ""), duration);
  }
  return known;
}
