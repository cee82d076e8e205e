/** `npm run bench -- NAME [--json]`: Telar and its baselines in one call. */
import { readdirSync } from "node:fs";
import { at, bin, run, say } from "./lib/project.mjs";
import { setUp } from "./lib/set-up.mjs";

const name = process.argv[2];
const known = readdirSync(at("bench")).flatMap((file) => /^(?!run\.)([a-z-]+)\.ts$/.exec(file)?.[1] ?? []);
if (!name || !known.includes(name)) {
  say(`Name a benchmark: ${known.join(", ")}. For example: npm run bench -- ${known[0] ?? "train"}`);
  process.exit(2);
}
await setUp();
await run(bin("tsx"), [at("bench/run.ts"), ...process.argv.slice(2)], { results: true }).catch((error) =>
  process.exit(error.code ?? 3),
);
