/** Where the checkout is, and how its scripts run programs. Plain JavaScript without dependencies: it works before `npm ci`. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const at = (...parts) => join(root, ...parts);
export const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a program to its end; its output goes to stderr, its `results` to stdout, or both are kept `quiet`. Rejects with the program's last lines. */
export function run(command, args, { env = {}, quiet = false, results = false, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = quiet ? ["ignore", "pipe", "pipe"] : ["ignore", results ? 1 : 2, 2];
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-8000);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else
        reject(
          Object.assign(new Error(`${command} ${args.join(" ")} ended with ${code}\n${output}`), { code }),
        );
    });
  });
}

export const bin = (name) => at("node_modules/.bin", name);

const skipped = new Set(["node_modules", ".git", ".next", ".telar", "dist", "generated", "test-results"]);

/** Digest of names, sizes and contents of all source files below the given folders or files. */
export function digestOf(paths, keep = () => true) {
  const hash = createHash("sha256");
  const visit = (path, name) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const entry of readdirSync(path).sort())
        if (!skipped.has(entry)) visit(join(path, entry), `${name}/${entry}`);
    } else if (keep(name)) hash.update(`${name}\0`).update(readFileSync(path)).update("\0");
  };
  for (const path of paths) visit(at(path), path);
  return hash.digest("hex");
}

const readStamp = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Does `work` when `digest` is not what the stamp says, and stamps it when the work is done. */
export async function whenStale(stamp, digest, work) {
  if (readStamp(stamp) === digest) return false;
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
  return true;
}
