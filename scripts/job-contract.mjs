/** `npm run job-contract`: writes the contract of jobs for Python. A copy that is stale fails `npm test`. */
import { writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tsImport } from "tsx/esm/api";
import { at, say } from "./lib/project.mjs";

const { emitContract } = await tsImport("../engines/job/emit.ts", import.meta.url);
for (const [path, text] of emitContract()) {
  const file = join(at("trainer/telar_jobs"), path);
  await mkdir(dirname(file), { recursive: true });
  writeFileSync(file, text);
  say(`wrote trainer/telar_jobs/${path}`);
}
