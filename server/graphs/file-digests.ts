/** Content digests of the files and folders that parameters name: in a cache key they stand for the path. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type PathRules, resolveDataPath } from "@/engines/paths";
import { fetchFile, isUrl } from "@/engines/remote/fetch-file";
import { sourcePrefix } from "@/engines/table/row-source";
import { byName } from "@/graph/by-name";
import { canonicalJson } from "@/graph/cache-key";
import type { AnyNode, Catalogue } from "@/graph/define-node";
import type { GraphFile } from "@/graph/document";
import { fileStamp } from "./file-stamp";

type DigestRules = PathRules & { downloadsDir: string; signal?: AbortSignal };

/** Digests of this process by path, as long as size, time and inode stay. */
const known = new Map<string, { stamp: string; digest: string }>();

/**
 * Node id → parameter → `sha256:…`; of a source of rows `<prefix of its row ids> sha256:…`, since the ids are part of the
 * result. Paths that cannot be read are left out: the probe names those. */
export async function fileDigests(
  file: GraphFile,
  params: Readonly<Record<string, Record<string, unknown>>>,
  catalogue: Catalogue,
  rules: DigestRules,
): Promise<Record<string, Record<string, string>>> {
  const result = byName<Record<string, string>>();
  for (const node of file.nodes) {
    const definition = catalogue[node.kind];
    for (const param of definition?.files ?? []) {
      const path = params[node.id]?.[param];
      if (typeof path !== "string" || !path) continue;
      const digest = await digestOfPath(path, rules).catch(() => undefined);
      if (!digest) continue;
      result[node.id] = { ...result[node.id], [param]: named(definition, param, path, digest) };
    }
  }
  return result;
}

/** What of a path is part of the result, beside the content. */
function named(definition: AnyNode | undefined, param: string, path: string, digest: string): string {
  if (definition?.rowsFrom === param) return `${sourcePrefix(path)} ${digest}`;
  return definition?.namedAfter === param ? `${basename(path)} ${digest}` : digest;
}

async function digestOfPath(path: string, rules: DigestRules): Promise<string> {
  if (isUrl(path)) return `sha256:${(await fetchFile(path, rules)).sha256}`;
  const found = await resolveDataPath(path, rules).catch(() => resolveDataPath(path, rules, "folder"));
  return (await stat(found)).isDirectory() ? digestOfFolder(found) : digestOfFile(found);
}

async function digestOfFolder(dir: string): Promise<string> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((e) => e.isFile()).map((e) => e.name);
  const files = await Promise.all(
    names.sort().map(async (name) => [name, await digestOfFile(join(dir, name))]),
  );
  return `sha256:${createHash("sha256").update(canonicalJson(files)).digest("hex")}`;
}

async function digestOfFile(path: string): Promise<string> {
  const stamp = await fileStamp(path);
  const last = known.get(path);
  if (last?.stamp === stamp) return last.digest;
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const digest = `sha256:${hash.digest("hex")}`;
  known.set(path, { stamp, digest });
  return digest;
}
