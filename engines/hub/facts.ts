/** What is known of a model folder from its files. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ModelFacts } from "@/graph/ports";
import { checkVocabulary } from "../model/check-vocabulary";
import { checkWeights } from "../model/check-weights";
import { readLlamaConfig } from "../model/llama-config";
import { statedLabels } from "../model/stated-labels";
import { openWeights } from "../safetensors/weights";
import { sha256 } from "../tokenizer/load";
import { readTokenizerFiles } from "../tokenizer/read-files";
import { readJson } from "../tokenizer/read-json";
import { defaultTemplate } from "../tokenizer/read-templates";

/** Digests of the weight files, by name, when they are already known. */
export type Digests = Readonly<Record<string, string>>;
export type Naming = { name?: string | undefined; licence?: string | undefined; source?: string | undefined };

/**
 * The same for the same weights and config.json, whatever folder they lie in:
 * sha256 over the sha256 of each weight file, sorted by name, and the bytes of config.json.
 */
export async function modelIdentity(dir: string, known: Digests = {}): Promise<string> {
  const weights = await openWeights(dir);
  await weights.close();
  const hash = createHash("sha256");
  for (const path of weights.files) hash.update(known[basename(path)] ?? (await fileDigest(path)));
  hash.update(await readFile(join(dir, "config.json")));
  return `sha256:${hash.digest("hex")}`;
}

/** @throws Failure `model-not-llama`, `model-config-corrupt`, `model-unsupported`, `model-file`, `model-tensor-shape`, `model-tensor-missing`, `model-unknown-tensor`, `model-head-differs`, `model-vocabulary` and those of damaged weights */
export async function modelFacts(dir: string, naming: Naming, known: Digests = {}): Promise<ModelFacts> {
  const [stored, config, tokenizer] = await Promise.all([
    readJson(dir, "config.json"),
    readLlamaConfig(dir),
    readTokenizerFiles(dir),
  ]);
  checkVocabulary(config, tokenizer);
  const weights = await openWeights(dir);
  const labels = statedLabels(weights.texts);
  try {
    await checkWeights(config, weights);
  } finally {
    await weights.close();
  }
  let parameters = 0;
  let bytes = 0;
  const byDtype = new Map<string, number>();
  for (const { dtype, shape: size } of weights.tensors.values()) {
    const count = size.reduce((a, b) => a * b, 1);
    parameters += count;
    byDtype.set(dtype, (byDtype.get(dtype) ?? 0) + count);
  }
  for (const file of weights.files) bytes += (await stat(file)).size;
  const template = defaultTemplate(tokenizer.templates);
  const [precision] = [...byDtype].sort((a, b) => b[1] - a[1])[0] ?? [];
  return {
    identity: await modelIdentity(dir, known),
    ...(naming.name && { name: naming.name }),
    family: String(stored.model_type),
    parameters,
    format: "safetensors",
    ...(precision && { precision }),
    tokenizer: sha256(tokenizer.bytes),
    ...(template !== undefined && { template: sha256(template) }),
    contextLength: config.contextLength,
    ...(naming.licence && { licence: naming.licence }),
    bytes,
    ...(labels && { labels }),
    ...(naming.source && { source: naming.source }),
  };
}

export async function fileDigest(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) })) {
    hash.update(chunk as Buffer);
  }
  return `sha256:${hash.digest("hex")}`;
}
