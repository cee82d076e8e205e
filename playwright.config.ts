import { defineConfig } from "@playwright/test";
import { APP } from "./playwright/system/state";

/** What runs no nodes may be tested while the first run trains on all cores. */
const EDITING = [
  "canvas",
  "canvas-edit",
  "canvas-wires",
  "content-policy",
  "far-out",
  "saving",
  "sign-in",
  "uploads",
];
const files = (names: readonly string[]) => names.map((name) => `${name}.spec.ts`);

/** One built system for all specs, on a home of its own. `--no-deps` with a file runs that file alone. */
export default defineConfig({
  testDir: "playwright",
  testMatch: process.env.TELAR_TEST_LONG === "1" ? ["**/*.spec.ts", "**/*.long.ts"] : ["**/*.spec.ts"],
  workers: 2,
  projects: [
    // It pauses the queue of all.
    { name: "queue", testMatch: "queue.spec.ts" },
    { name: "first-run", testMatch: "first-run.spec.ts", dependencies: ["queue"] },
    { name: "editing", testMatch: files(EDITING), dependencies: ["queue"] },
    {
      name: "running",
      testIgnore: files(["queue", "first-run", ...EDITING]),
      dependencies: ["first-run", "editing"],
    },
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
