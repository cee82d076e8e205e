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
  await build({
    absWorkingDir: at(),
    entryPoints: entries,
    outdir: "dist",
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
