import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emitContract } from "./emit";

const folder = join(import.meta.dirname, "../../trainer/telar_jobs");

test("the contract that Python reads is the one that TypeScript states: `npm run job-contract` writes it anew", () => {
  const emitted = emitContract();
  const read = (path: string) => readFileSync(join(folder, path), "utf8");
  for (const [path, text] of emitted) expect(read(path), path).toBe(text);
  const schemas = readdirSync(join(folder, "schemas")).map((name) => `schemas/${name}`);
  expect(schemas.sort()).toEqual([...emitted.keys()].filter((path) => path.startsWith("schemas/")).sort());
});
