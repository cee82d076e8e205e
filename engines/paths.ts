/** Paths in a graph may point below the data folders only, at regular files; a path given with `--set` may be anywhere. */
import { realpath, stat } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { Failure } from "@/graph/problems";

/** Below a data folder, what Telar keeps there for itself: no graph names a path in it. */
export const OWN_FOLDER = ".telar-uploads";

export type PathRules = { dataDirs: readonly string[]; trustedPaths: readonly string[] };

/**
 * The real absolute path that `path` names. A relative path is looked for below each data folder in turn.
 * Symbolic links are followed before the rule is applied, so none leads out.
 * @throws Failure `path-missing`, `path-outside`, `path-own`, `path-not-a-file` or `path-not-a-folder`
 */
export async function resolveDataPath(
  path: string,
  { dataDirs, trustedPaths }: PathRules,
  kind: "file" | "folder" = "file",
): Promise<string> {
  if (path.trim() === "") throw new Failure("INVALID_INPUT", "path-missing", { path });
  const trusted = trustedPaths.some((given) => given === path || resolve(given) === resolve(path));
  const roots = await Promise.all(dataDirs.map((dir) => realpath(dir).catch(() => resolve(dir))));
  const places = isAbsolute(path)
    ? [path]
    : [...roots.map((root) => resolve(root, path)), ...(trusted ? [resolve(path)] : [])];
  let outside = places.length === 0;
  for (const place of places) {
    const real = await realpath(place).catch(() => undefined);
    const inside = (at: string) => roots.some((root) => isBelow(at, root));
    if (
      !trusted &&
      !inside(real ?? place) &&
      !(real === undefined && dataDirs.some((dir) => isBelow(place, resolve(dir))))
    ) {
      outside = true;
      continue;
    }
    if (real === undefined) continue;
    if (!trusted && real.split(sep).includes(OWN_FOLDER))
      throw new Failure("INVALID_INPUT", "path-own", { path });
    const found = await stat(real);
    if (kind === "file" && !found.isFile()) throw new Failure("INVALID_INPUT", "path-not-a-file", { path });
    if (kind === "folder" && !found.isDirectory())
      throw new Failure("INVALID_INPUT", "path-not-a-folder", { path });
    return real;
  }
  throw new Failure("INVALID_INPUT", outside ? "path-outside" : "path-missing", { path });
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
