/**
 * `npm test`: set-up, static checks, unit and integration tests, the built app in a real browser. `--long` adds what is slow.
 * Words name parts of it (`types lint changed unit browser`); what is no such word goes to the test runner: a file, an option.
 */
import { readFileSync, rmSync } from "node:fs";
import { findBrowser } from "./lib/browser.mjs";
import { chooseTests, knownDurations, relatedTests } from "./lib/changed-tests.mjs";
import { KindProblem } from "./lib/kinds.mjs";
import { at, bin, run, say } from "./lib/project.mjs";
import { setUp } from "./lib/set-up.mjs";

const PARTS = ["types", "lint", "bundle", "changed", "unit", "browser"];
const given = process.argv.slice(2).filter((word) => word !== "--long");
const long = process.argv.includes("--long");
const named = PARTS.filter((part) => given.includes(part));
const passed = given.filter((word) => !PARTS.includes(word));
const parts = new Set(named.length ? named : ["types", "lint", "bundle", "unit", "browser"]);

const total = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();
const clock = () => `${Math.round((Date.now() - started) / 1000)} s`;

/** A step that passes or fails as a whole, unless it returns its own counts. */
async function step(name, work) {
  say(`\n── ${name} (${clock()})`);
  try {
    const done = await work();
    const counts = typeof done === "object" ? done : { passed: 1, failed: 0, skipped: 0 };
    for (const key of Object.keys(total)) total[key] += counts[key];
  } catch (error) {
    say(error.message.split("\n").slice(-60).join("\n"));
    total.failed += 1;
  }
}

const read = (file) => JSON.parse(readFileSync(file, "utf8"));

async function unitTests(filters) {
  const report = at("test-results/vitest.json");
  rmSync(report, { force: true });
  const env = long ? { TELAR_TEST_LONG: "1" } : {};
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`, ...filters];
  const failure = await run(bin("vitest"), args, { env }).then(
    () => undefined,
    (error) => error,
  );
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = read(report);
  const failed = numFailedTests || (failure || !success ? 1 : 0);
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

/** The tests that depend on what changed since the main branch, the nearest first, as many as two minutes allow. */
async function changedTests() {
  const { changed, tests } = relatedTests();
  if (!tests.length) return void say(`No test depends on the ${changed.length} files that changed.`);
  const { run: chosen, left } = chooseTests(tests, changed, knownDurations());
  if (left.length) say(`Left for npm run test:unit, to stay within two minutes:\n  ${left.join("\n  ")}`);
  if (!chosen.length) return undefined;
  await weights();
  return unitTests([...chosen, ...passed]);
}

const weights = () => run(process.execPath, ["scripts/telar.mjs", "pull", "SmolLM2-135M-Instruct"]);

async function browserTests() {
  const browser = await findBrowser();
  const report = at("test-results/playwright.json");
  rmSync(report, { force: true });
  const env = {
    CHROMIUM_PATH: browser,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    ...(long ? { TELAR_TEST_LONG: "1" } : {}),
  };
  // A spec on its own does not wait for the others.
  const args = ["test", "--reporter=list,json", ...(passed.length ? ["--no-deps", ...passed] : [])];
  const failure = await run(bin("playwright"), args, { env }).then(
    () => undefined,
    (error) => error,
  );
  const { stats, errors } = read(report);
  const failed = stats.unexpected + stats.flaky + errors.length || (failure ? 1 : 0);
  return { passed: stats.expected, failed, skipped: stats.skipped };
}

const has = (...some) => some.some((part) => parts.has(part));
try {
  await setUp({
    web: has("bundle", "unit", "browser"),
    programs: has("changed", "unit", "browser", "bundle"),
  });
} catch (error) {
  if (!(error instanceof KindProblem)) throw error;
  say(error.message);
  process.exit(1);
}
if (has("types")) await step("Types", () => run(bin("tsc"), ["-p", "."]));
if (has("lint")) {
  await step("Format and lint", () => run(bin("biome"), ["check", "--error-on-warnings"]));
  await step("Import rule", () => run(process.execPath, ["scripts/lint-imports.mjs"]));
  await step("Dead code", () => run(bin("knip"), ["--no-progress"]));
}
if (has("bundle"))
  await step("Client bundle", () => run(process.execPath, ["scripts/scan-client-bundle.mjs"]));
if (has("changed")) await step("Tests of what changed", changedTests);
if (has("unit")) {
  await step("Weights for the tests", weights);
  await step(long ? "Unit, integration and long tests" : "Unit and integration tests", () =>
    unitTests(passed),
  );
}
if (has("browser")) await step("The built app in Chromium", browserTests);

say(`\nDone in ${clock()}.`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
