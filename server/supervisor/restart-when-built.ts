/** While developing: a part starts again when a program that it runs was built anew with other content. */
import { createHash } from "node:crypto";
import { readFileSync, watch } from "node:fs";
import { join } from "node:path";
import type { KeptChild } from "./child";
import * as limits from "./limits";

/** Each part's own program, and those that it starts. They import what is shared by a name that holds its hash. */
const PROGRAMS: ReadonlyMap<string, readonly string[]> = new Map([
  ["worker", ["worker.js", "job-host.js"]],
  ["gateway", ["gateway.js", "model-process.js"]],
]);

/** Watches the folder of the built programs; the answer ends that. */
export function restartWhenBuilt(
  dir: string,
  children: readonly KeptChild[],
  log: (message: string) => void,
): () => void {
  const contentOf = (child: KeptChild) =>
    digestOf((PROGRAMS.get(child.name) ?? []).map((name) => join(dir, name)));
  const known = new Map(children.map((child) => [child, contentOf(child)]));
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    for (const child of children) {
      const content = contentOf(child);
      // A file that is just being written is looked at when it is whole.
      if (content === undefined || content === known.get(child)) continue;
      known.set(child, content);
      log(`The ${child.name} starts again with what was built.`);
      child.restart();
    }
  };
  const watcher = watch(dir, () => {
    clearTimeout(timer);
    timer = setTimeout(look, limits.builtMs);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

function digestOf(paths: readonly string[]): string | undefined {
  const hash = createHash("sha256");
  try {
    for (const path of paths) hash.update(readFileSync(path)).update("\0");
  } catch {
    return undefined;
  }
  return hash.digest("hex");
}
