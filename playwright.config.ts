import { defineConfig } from "@playwright/test";
import { APP } from "./playwright/system/state";

/** One built system for all specs, on a home of its own. Specs share the two cores, so they run one after the other. */
export default defineConfig({
  testDir: "playwright",
  testMatch: process.env.TELAR_TEST_LONG === "1" ? ["**/*.spec.ts", "**/*.long.ts"] : ["**/*.spec.ts"],
  workers: 1,
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
