/** All files of one revision of a hub's repository, and the note that goes with a cached model. */
import { mkdir, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Failure } from "@/graph/problems";
import { LLAMA_TYPES } from "../model/llama-config";
import { readJson } from "../tokenizer/read-json";
import type { Note } from "./cache";
import { downloadFile } from "./download";
import { fileDigest } from "./facts";
import { chooseFiles, isWeights } from "./files";
import type { HubModel, HubSettings } from "./hub-api";
import { SMALL_FILE_BYTES } from "./limits";

type SnapshotOptions = {
  settings: HubSettings;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number | undefined, unit: string) => void) | undefined;
};

/**
 * Returns the digest of each file by name. The small files come first: a model that Telar cannot use is refused before
 * its weights are fetched.
 */
export async function downloadSnapshot(
  model: HubModel,
  partial: string,
  { settings, signal, onProgress }: SnapshotOptions,
): Promise<Record<string, string>> {
  const chosen = chooseFiles(
    model.files.map(({ name }) => name),
    model.repository,
  );
  const files = model.files
    .filter(({ name }) => chosen.includes(name))
    .sort((a, b) => Number(isWeights(a.name)) - Number(isWeights(b.name)) || (a.name < b.name ? -1 : 1));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const digests: Record<string, string> = {};
  let before = 0;
  for (const [i, file] of files.entries()) {
    if (isWeights(file.name) && !isWeights(files[i - 1]?.name ?? "")) await checkArchitecture(partial);
    if (!isWeights(file.name) && file.size > SMALL_FILE_BYTES) {
      throw new Failure("INVALID_INPUT", "model-file-too-big", { file: file.name, bytes: file.size });
    }
    const path = join(partial, file.name);
    await mkdir(dirname(path), { recursive: true });
    const whole = (await stat(path).catch(() => undefined))?.size === file.size;
    digests[file.name] = whole
      ? await fileDigest(path, signal)
      : await downloadFile(model, file, path, {
          settings,
          signal,
          onBytes: (bytes) => onProgress?.(before + bytes, total, "bytes"),
        });
    before += file.size;
    onProgress?.(before, total, "bytes");
  }
  return digests;
}

async function checkArchitecture(dir: string): Promise<void> {
  const { model_type: type } = await readJson(dir, "config.json");
  if (typeof type !== "string" || !LLAMA_TYPES.has(type)) {
    throw new Failure("INVALID_INPUT", "model-not-llama", { architecture: String(type ?? "unknown") });
  }
}

export async function noteOf(
  dir: string,
  from: Pick<Note, "repository" | "source" | "revision" | "commit">,
  digests: Readonly<Record<string, string>>,
  licence: string | undefined,
): Promise<Note> {
  const files: Note["files"] = {};
  for (const name of (await readdir(dir)).filter((name) => !name.endsWith(".incomplete")).sort()) {
    const path = join(dir, name);
    files[name] = { bytes: (await stat(path)).size, sha256: digests[name] ?? (await fileDigest(path)) };
  }
  return { ...from, ...(licence && { licence }), files };
}
