/** `npm test`: set-up, static checks, unit and integration tests, the built app in a real browser. `--long` adds what is slow. */
import { readFileSync, rmSync } from "node:fs";
import { findBrowser } from "./lib/browser.mjs";
import { at, bin, run, say } from "./lib/project.mjs";
import { setUp } from "./lib/set-up.mjs";

const long = process.argv.includes("--long");
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

async function unitTests() {
  const report = at("test-results/vitest.json");
  rmSync(report, { force: true });
  const env = long ? { TELAR_TEST_LONG: "1" } : {};
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const failure = await run(bin("vitest"), args, { env }).then(
    () => undefined,
    (error) => error,
  );
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = read(report);
  const failed = numFailedTests || (failure || !success ? 1 : 0);
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

async function browserTests() {
  const browser = await findBrowser();
  const report = at("test-results/playwright.json");
  rmSync(report, { force: true });
  const env = {
    CHROMIUM_PATH: browser,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    ...(long ? { TELAR_TEST_LONG: "1" } : {}),
  };
  const failure = await run(bin("playwright"), ["test", "--reporter=list,json"], { env }).then(
    () => undefined,
    (error) => error,
  );
  const { stats, errors } = read(report);
  const failed = stats.unexpected + stats.flaky + errors.length || (failure ? 1 : 0);
  return { passed: stats.expected, failed, skipped: stats.skipped };
}

await setUp({ web: true });
await step("Types", () => run(bin("tsc"), ["-p", "."]));
await step("Format and lint", () => run(bin("biome"), ["check", "--error-on-warnings"]));
await step("Import rule", () => run(process.execPath, ["scripts/lint-imports.mjs"]));
await step("Dead code", () => run(bin("knip"), ["--no-progress"]));
await step("Client bundle", () => run(process.execPath, ["scripts/scan-client-bundle.mjs"]));
await step("Weights for the tests", () =>
  run(process.execPath, ["scripts/telar.mjs", "pull", "SmolLM2-135M-Instruct"]),
);
await step(long ? "Unit, integration and long tests" : "Unit and integration tests", unitTests);
await step("The built app in Chromium", browserTests);

say(`\nDone in ${clock()}.`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
