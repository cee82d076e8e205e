/** The programs outside Next, bundled with esbuild; packages stay in node_modules. */
import { rm } from "node:fs/promises";
import { build } from "esbuild";
import { at } from "./project.mjs";

const entries = {
  telar: "cli/main.ts",
  lifeline: "server/lifeline.ts",
  worker: "server/worker/main.ts",
  "job-host": "server/worker/job-host.ts",
  gateway: "server/gateway/main.ts",
};

export async function bundlePrograms() {
  await rm(at("dist"), { recursive: true, force: true });
  await bundle(entries, "dist");
}

/** @param {Record<string, string>} entryPoints name of the program → its source @param {string} outdir in the checkout */
export async function bundle(entryPoints, outdir) {
  await build({
    absWorkingDir: at(),
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    alias: { "@": at() },
    sourcemap: true,
    logLevel: "warning",
    jsx: "automatic",
  });
}
