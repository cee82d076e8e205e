/** A model folder's weights, whether in one `model.safetensors` or in shards with an index. */
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Failure } from "@/graph/problems";
import type { TensorInfo } from "./header";
import { openSafetensors, type SafetensorsFile } from "./reader";

export type Weights = {
  /** All tensors, by name, whichever file holds them. */
  tensors: ReadonlyMap<string, TensorInfo>;
  /** Paths of the weight files, sorted by name. */
  files: string[];
  /** What the files say under a name in their metadata. */
  texts(name: string): string[];
  read(name: string, out?: Float32Array): Promise<Float32Array>;
  bytes(name: string): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
};

export async function openWeights(dir: string): Promise<Weights> {
  const names = await weightFiles(dir);
  const files: SafetensorsFile[] = [];
  const close = async () => {
    await Promise.all(files.map((f) => f.close()));
  };
  try {
    for (const name of names) files.push(await openSafetensors(join(dir, name)));
  } catch (error) {
    await close();
    throw error;
  }
  const holder = new Map<string, SafetensorsFile>();
  const tensors = new Map<string, TensorInfo>();
  for (const file of files) {
    for (const [name, info] of file.tensors) {
      holder.set(name, file);
      tensors.set(name, info);
    }
  }
  const of = (name: string) => {
    const file = holder.get(name);
    if (!file) throw new Failure("INVALID_INPUT", "safetensors-no-tensor", { file: names[0]!, tensor: name });
    return file;
  };
  return {
    tensors,
    files: files.map((f) => f.path),
    texts: (name) => files.flatMap(({ metadata }) => metadata[name] ?? []),
    read: (name, out) => of(name).read(name, out),
    bytes: (name) => of(name).bytes(name),
    close,
  };
}

/** File names, sorted. An index may only name files beside it. */
export async function weightFiles(dir: string): Promise<string[]> {
  const index = await readFile(join(dir, "model.safetensors.index.json"), "utf8").catch(() => undefined);
  if (index === undefined) {
    const whole = await stat(join(dir, "model.safetensors")).catch(() => undefined);
    if (!whole) throw new Failure("INVALID_INPUT", "safetensors-none", {});
    return ["model.safetensors"];
  }
  let map: unknown;
  try {
    map = (JSON.parse(index) as { weight_map?: unknown }).weight_map;
  } catch {
    map = undefined;
  }
  const names = typeof map === "object" && map !== null ? Object.values(map) : [];
  if (
    names.length === 0 ||
    !names.every((n) => typeof n === "string" && n === basename(n) && n.endsWith(".safetensors"))
  ) {
    throw new Failure("INVALID_INPUT", "safetensors-corrupt", { file: "model.safetensors.index.json" });
  }
  return [...new Set(names as string[])].sort();
}
