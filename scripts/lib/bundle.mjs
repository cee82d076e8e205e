/** The programs outside Next, bundled with esbuild; packages stay in node_modules. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { build, context } from "esbuild";
import { at } from "./project.mjs";

const entries = {
  telar: "cli/main.ts",
  lifeline: "server/lifeline.ts",
  worker: "server/worker/main.ts",
  "job-host": "server/worker/job-host.ts",
  gateway: "server/gateway/main.ts",
  "model-process": "server/gateway/model-process.ts",
};

/** Published as ES modules that Node takes for CommonJS: only a bundler can load them. */
const INLINED = /^@tensorflow\/tfjs-core\/dist\//;

/** Packages stay in node_modules, but for `INLINED`. @type {import("esbuild").Plugin} */
const externalPackages = {
  name: "external-packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || path.startsWith("@/") || INLINED.test(path)
        ? undefined
        : { path, external: true },
    );
  },
};

/** In the folder of a build: the files it made, one a line. */
const LIST = ".files";

export const bundlePrograms = () => bundle(entries, "dist");

/**
 * What the build before has made stays: programs that run may still load parts of it. What is older goes.
 * @param {Record<string, string>} entryPoints name of the program → its source @param {string} outdir in the checkout
 */
export async function bundle(entryPoints, outdir) {
  const dir = resolve(at(), outdir);
  const before = await readFile(join(dir, LIST), "utf8").catch(() => "");
  const { metafile } = await build(options(entryPoints, outdir));
  const made = Object.keys(metafile.outputs).map((path) => basename(path));
  const kept = new Set([...made, ...before.split("\n")]);
  for (const name of await readdir(dir))
    if (!kept.has(name) && /\.js(\.map)?$/.test(name)) await rm(join(dir, name));
  await writeFile(join(dir, LIST), made.join("\n"));
}

/** Builds the programs anew whenever a source of theirs changes, until this process ends. Nothing old goes: it may still be loaded. */
export async function watchPrograms() {
  const building = await context(options(entries, "dist"));
  await building.watch();
}

const options = (entryPoints, outdir) => ({
  absWorkingDir: at(),
  entryPoints,
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  plugins: [externalPackages],
  alias: { "@": at() },
  sourcemap: true,
  metafile: true,
  logLevel: "warning",
  jsx: "automatic",
});
