/** `npm run test:python`: the tests of the Python package, with the Python of this machine. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { at, run, say } from "./lib/project.mjs";

const report = at("test-results/python.json");
mkdirSync(at("test-results"), { recursive: true });
rmSync(report, { force: true });
const python = process.env.TELAR_PYTHON ?? "python3";
await run(python, ["-m", "tests", report], { cwd: at("trainer") }).catch((error) => say(error.message));
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  counts = JSON.parse(readFileSync(report, "utf8"));
} catch {
  say(`The tests did not end: is \`${python}\` Python 3.11 or newer? TELAR_PYTHON names another.`);
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
