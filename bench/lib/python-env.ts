/** Virtual environments for Python baselines, made once below TELAR_HOME and kept while their pinned versions stand. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { child } from "./child";

/** Path of the interpreter of the environment that holds what `bench/<name>/requirements.txt` lists. */
export async function pythonEnvironment(home: string, name: string): Promise<string> {
  const requirements = fileURLToPath(new URL(`../${name}/requirements.txt`, import.meta.url));
  const list = await readFile(requirements, "utf8");
  const wanted = createHash("sha256").update(list).digest("hex");
  const dir = join(home, "bench", `${name}-venv`);
  const python = join(dir, "bin", "python");
  const stamp = join(dir, "requirements.sha256");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return python;
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  process.stderr.write(`Installing ${list.trim().split("\n").join(", ")} for the baseline, once\n`);
  // Copies: a link out of the checkout stops `next build`, which looks at every folder here.
  await child(process.env.TELAR_PYTHON ?? "python3", ["-m", "venv", "--copies", dir]);
  await child(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
  await writeFile(stamp, wanted);
  return python;
}
