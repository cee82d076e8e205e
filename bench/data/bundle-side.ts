/** The program that runs one kind, from the sources of any checkout and the packages of this one. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Returns the path of the program. */
export async function bundleSide(checkout = root): Promise<string> {
  const outfile = join(root, "dist", "bench", checkout === root ? "data-side.js" : "data-side-other.js");
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, "bench/data/side.ts")],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    alias: { "@": checkout },
    logLevel: "warning",
  });
  return outfile;
}
