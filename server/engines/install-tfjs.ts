/** Puts the GPU package of TensorFlow.js into the person's cache folder, and keeps it only when it loads. */

import { spawn } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { childEnv } from "@/engines/child-env";
import {
  findNative,
  NATIVE_VERSION,
  nativeFolder,
  type Probe,
  packageOf,
  probeNative,
} from "@/engines/tfjs/native";

export type Installation =
  | { installed: true; probe: Probe & { loads: true }; folder: string }
  | { installed: false; step: "npm" | "load"; why: string };

/** Its install script downloads libtensorflow; `say` gets what npm writes. What was there before stays when this fails. */
export async function installTfjsGpu(say: (text: string) => void): Promise<Installation> {
  const folder = nativeFolder();
  const fresh = `${folder}.${process.pid}`;
  const old = `${folder}.old`;
  await mkdir(fresh, { recursive: true });
  await writeFile(`${fresh}/package.json`, '{ "private": true }\n');
  try {
    const npm = await runNpm(
      [
        "install",
        "--no-audit",
        "--no-fund",
        // Whatever the surroundings set: its error is what the person is told.
        "--loglevel=error",
        "--save-exact",
        `${packageOf("tfjs-node-gpu")}@${NATIVE_VERSION}`,
      ],
      fresh,
      say,
    );
    if (npm.code !== 0) return { installed: false, step: "npm", why: npm.why };
    const probe = await probeNative({
      backend: "tfjs-node-gpu",
      version: NATIVE_VERSION,
      from: `${fresh}/package.json`,
    });
    if (!probe.loads) return { installed: false, step: "load", why: probe.why };
    await rm(old, { recursive: true, force: true });
    if (findNative("tfjs-node-gpu")) await rename(folder, old).catch(() => {});
    else await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
    await rm(old, { recursive: true, force: true });
    return { installed: true, probe, folder };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function runNpm(args: string[], cwd: string, say: (text: string) => void) {
  return new Promise<{ code: number | null; why: string }>((done) => {
    const npm = spawn("npm", args, {
      cwd,
      env: childEnv(["machine", "node", "npm"]),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    const hear = (chunk: Buffer) => {
      // The end says what went wrong; npm may write a lot before.
      text = (text + chunk).slice(-20_000);
      say(String(chunk));
    };
    npm.stdout.on("data", hear);
    npm.stderr.on("data", hear);
    npm.on("error", (error) => done({ code: null, why: error.message }));
    npm.on("close", (code) => done({ code, why: errorLine(text) }));
  });
}

/** The line of npm's output that names the cause, such as `Error: getaddrinfo ENOTFOUND storage.googleapis.com`. */
export function errorLine(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim())
    .filter(Boolean);
  return lines.find((line) => /^\w*Error: |E[A-Z]{5,}/.test(line)) ?? lines.at(-1) ?? "npm said nothing";
}
