/** A virtual environment for the Python side, made once below TELAR_HOME and kept while its pinned versions stand. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { child } from "./child";

const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url));

/** Path of its interpreter. */
export async function pythonEnvironment(home: string): Promise<string> {
  const wanted = createHash("sha256")
    .update(await readFile(REQUIREMENTS))
    .digest("hex");
  const dir = join(home, "bench", "train-venv");
  const python = join(dir, "bin", "python");
  const stamp = join(dir, "requirements.sha256");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return python;
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  process.stderr.write("Installing PyTorch, Transformers and PEFT for the baseline, once\n");
  await child(process.env.TELAR_PYTHON ?? "python3", ["-m", "venv", dir]);
  await child(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]);
  await writeFile(stamp, wanted);
  return python;
}
