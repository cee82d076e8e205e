import { defineConfig } from "@playwright/test";
import { APP } from "./playwright/system/state";

/** These have the system for themselves: the one trains on all cores, the other pauses the queue. */
const ALONE = ["first-run", "queue"] as const;

/** One built system for all specs, on a home of its own. `--no-deps` with a file runs that file alone. */
export default defineConfig({
  testDir: "playwright",
  testMatch: process.env.TELAR_TEST_LONG === "1" ? ["**/*.spec.ts", "**/*.long.ts"] : ["**/*.spec.ts"],
  workers: 2,
  projects: [
    ...ALONE.map((name, k) => ({
      name,
      testMatch: `${name}.spec.ts`,
      dependencies: ALONE.slice(0, k) as string[],
    })),
    { name: "together", testIgnore: ALONE.map((name) => `${name}.spec.ts`), dependencies: [...ALONE] },
  ],
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  outputDir: "test-results/playwright",
  globalSetup: "./playwright/system/start.ts",
  globalTeardown: "./playwright/system/stop.ts",
  use: {
    baseURL: APP,
    viewport: { width: 1440, height: 900 },
    // A trace costs a third of the time: TELAR_TEST_TRACE=1 keeps one of each failure.
    trace: process.env.TELAR_TEST_TRACE === "1" ? "retain-on-failure" : "off",
    launchOptions: {
      ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
    },
  },
});
