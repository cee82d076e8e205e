import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// The registries of kinds are generated: a test started alone must not read those of yesterday.
execFileSync(process.execPath, ["scripts/kinds.mjs"], {
  cwd: import.meta.dirname,
  stdio: ["ignore", "ignore", "inherit"],
});

const long = process.env.TELAR_TEST_LONG === "1";

/** What takes minutes begins first, so that nothing has to wait for it at the end. */
const SLOW = /\.long\.ts$|server\/(faults|hostile)\/|\/cli\//;
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const slow = ({ moduleId }: TestSpecification) => Number(SLOW.test(moduleId));
    return (await super.sort(files)).sort((a, b) => slow(b) - slow(a));
  }
}

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    include: long ? ["**/*.test.ts", "**/*.test.tsx", "**/*.long.ts"] : ["**/*.test.ts", "**/*.test.tsx"],
    exclude: ["node_modules", "dist", ".next", ".telar", "playwright"],
    // What the command line says is compared in English, whatever the machine speaks.
    env: { TELAR_LANG: "en" },
    globalSetup: "./server/_testing/programs.ts",
    pool: "forks",
    // ES modules that Node takes for CommonJS.
    server: { deps: { inline: [/@tensorflow\/tfjs-core\/dist\/(?!tf-core)/] } },
    // One more than the two cores that tests are made for: many of them wait for processes.
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
