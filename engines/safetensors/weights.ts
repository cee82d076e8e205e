/** A model folder's weights, whether in one `model.safetensors` or in shards with an index. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { TensorInfo } from "./header";
import { MAX_INDEX_BYTES } from "./limits";
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

/**
 * @throws Failure those of `openSafetensors`, `safetensors-none`, `safetensors-index` where the index and the shards
 * contradict each other, `safetensors-index-corrupt`, `model-part-missing`
 */
export async function openWeights(dir: string): Promise<Weights> {
  const places = await weightFiles(dir);
  const names = [...places.keys()];
  const files: SafetensorsFile[] = [];
  const close = async () => {
    await Promise.all(files.map((f) => f.close()));
  };
  const holder = new Map<string, SafetensorsFile>();
  const tensors = new Map<string, TensorInfo>();
  try {
    for (const [name, listed] of places) {
      const found = await stat(join(dir, name)).catch(() => undefined);
      if (!found?.isFile()) throw new Failure("INVALID_INPUT", "model-part-missing", { file: name });
      const file = await openSafetensors(join(dir, name));
      files.push(file);
      for (const [tensor, info] of file.tensors) {
        if (holder.has(tensor) || (listed && !listed.delete(tensor))) throw contradiction(tensor, name);
        holder.set(tensor, file);
        tensors.set(tensor, info);
      }
      for (const tensor of listed ?? []) throw contradiction(tensor, name);
    }
  } catch (error) {
    await close();
    throw error;
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

const contradiction = (tensor: string, file: string) =>
  new Failure("INVALID_INPUT", "safetensors-index", { tensor: tensor.slice(0, 200), file });

/**
 * Names of the files, sorted, and which tensors the index says to be in each. An index may only name files beside it;
 * where the weights are in one file too, that one counts, as for Transformers.
 */
async function weightFiles(dir: string): Promise<ReadonlyMap<string, Set<string> | undefined>> {
  const has = async (name: string) => (await stat(join(dir, name)).catch(() => undefined))?.size;
  if ((await has(WHOLE)) !== undefined) return new Map([[WHOLE, undefined]]);
  const size = await has(INDEX);
  if (size === undefined) throw new Failure("INVALID_INPUT", "safetensors-none", {});
  if (size > MAX_INDEX_BYTES)
    throw new Failure("INVALID_INPUT", "model-file-too-big", { file: INDEX, bytes: size });
  let map: unknown;
  try {
    map = (JSON.parse(await readFile(join(dir, INDEX), "utf8")) as { weight_map?: unknown }).weight_map;
  } catch {
    map = undefined;
  }
  const places = typeof map === "object" && map !== null ? Object.entries(map) : [];
  const isShard = (name: unknown): name is string => typeof name === "string" && SHARD.test(name);
  if (places.length === 0 || !places.every(([, name]) => isShard(name)))
    throw new Failure("INVALID_INPUT", "safetensors-index-corrupt", { file: INDEX });
  const files = new Map<string, Set<string>>();
  for (const name of [...new Set(places.map(([, name]) => name as string))].sort())
    files.set(name, new Set());
  for (const [tensor, name] of places) files.get(name)!.add(tensor);
  return files;
}

const WHOLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";
/** A name beside the index, no path. */
const SHARD = /^[\w.-]+\.safetensors$/;
