/** `npm run bench -- NAME [--json]`: Telar and its baselines in one call. */
import { readdirSync } from "node:fs";
import { findBrowser } from "./lib/browser.mjs";
import { at, bin, run, say } from "./lib/project.mjs";
import { setUp } from "./lib/set-up.mjs";

const name = process.argv[2];
const known = readdirSync(at("bench")).flatMap((file) => /^(?!run\.)([a-z-]+)\.ts$/.exec(file)?.[1] ?? []);
if (!name || !known.includes(name)) {
  say(`Name a benchmark: ${known.join(", ")}. For example: npm run bench -- ${known[0] ?? "train"}`);
  process.exit(2);
}
const inBrowser = name === "canvas";
await setUp({ web: inBrowser });
const env = inBrowser ? { CHROMIUM_PATH: await findBrowser() } : {};
await run(bin("tsx"), [at("bench/run.ts"), ...process.argv.slice(2)], { results: true, env }).catch((error) =>
  process.exit(error.code ?? 3),
);
