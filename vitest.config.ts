import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const long = process.env.TELAR_TEST_LONG === "1";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    include: long ? ["**/*.test.ts", "**/*.test.tsx", "**/*.long.ts"] : ["**/*.test.ts", "**/*.test.tsx"],
    exclude: ["node_modules", "dist", ".next", ".telar", "playwright"],
    // What the command line says is compared in English, whatever the machine speaks.
    env: { TELAR_LANG: "en" },
    pool: "forks",
    // One more than the two cores that tests are made for: many of them wait for processes.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
