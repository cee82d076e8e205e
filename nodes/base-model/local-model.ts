/** Models that a person names by path: a Hugging Face folder, or a GGUF file. */
import { open, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkGguf, refuseUnreadable, ropeOf } from "@/engines/gguf/check-gguf";
import { openGguf } from "@/engines/gguf/read";
import { ggufLabels } from "@/engines/gguf/to-hugging-face";
import { chooseFiles, isWeights } from "@/engines/hub/files";
import { SMALL_FILE_BYTES } from "@/engines/hub/limits";
import { type PathRules, resolveDataPath } from "@/engines/paths";
import { loadTokenizer } from "@/engines/tokenizer/load";
import type { ModelFacts } from "@/graph/ports";
import { Failure } from "@/graph/problems";

export const nameOf = (path: string) => basename(path).replace(/\.gguf$/i, "");

/**
 * Checked as a download would be: safetensors only, and all that belongs to them. Links out of the folders that graphs
 * may read, and what is no regular file, are refused before anything is opened.
 */
export async function checkFolder(dir: string, rules: PathRules & { trusted: boolean }): Promise<void> {
  for (const name of chooseFiles(await readdir(dir), basename(dir))) {
    const path = join(dir, name);
    await resolveDataPath(path, rules.trusted ? { ...rules, trustedPaths: [path] } : rules);
    if (isWeights(name)) continue;
    const { size } = await stat(path);
    if (size > SMALL_FILE_BYTES)
      throw new Failure("INVALID_INPUT", "model-file-too-big", { file: name, bytes: size });
  }
}

/** The lines of YAML above a card. */
const CARD_BYTES = 65_536;

/** Of the model card, whose first lines are YAML. */
export async function folderLicence(dir: string): Promise<string | undefined> {
  const path = join(dir, "README.md");
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  const file = await open(path);
  const { buffer, bytesRead } = await file
    .read(Buffer.alloc(CARD_BYTES), 0, CARD_BYTES, 0)
    .finally(file.close);
  const card = buffer.subarray(0, bytesRead).toString("utf8");
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? "";
  return /^license:\s*["']?([\w.-]+)/m.exec(front)?.[1];
}

/** A tokenizer that cannot be opened is told here, not by the first node that reads text. @throws Failure `tokenizer-corrupt` */
export async function tryTokenizer(dir: string): Promise<void> {
  await loadTokenizer(dir).catch((error) => {
    // A template that cannot be used is no hindrance where no conversation is read.
    if (error instanceof Failure && error.reason !== "tokenizer-corrupt") return;
    throw error;
  });
}

/** What the header of a GGUF file tells without converting it. */
export async function ggufFacts(path: string): Promise<ModelFacts> {
  const file = await openGguf(path);
  try {
    refuseUnreadable(file);
    const checked = checkGguf(file);
    await ropeOf(file, checked);
    const licence = file.metadata.string("general.license");
    const labels = ggufLabels(file.metadata);
    const weights = file.tensors.filter(({ name }) => name !== "rope_freqs.weight");
    return {
      name: file.metadata.string("general.name") ?? nameOf(path),
      family: "llama",
      parameters: weights.reduce((sum, { shape: size }) => sum + size.reduce((a, b) => a * b, 1), 0),
      format: "safetensors",
      precision: "F16",
      contextLength: checked.shape.contextLength,
      ...(licence && { licence }),
      ...(labels && { labels }),
      source: "file",
    };
  } finally {
    await file.close();
  }
}
