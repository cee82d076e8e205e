/** Models that a person names by path: a Hugging Face folder, or a GGUF file. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { checkGguf, refuseUnreadable } from "@/engines/gguf/check-gguf";
import { openGguf } from "@/engines/gguf/read";
import { ggufLabels } from "@/engines/gguf/to-hugging-face";
import { chooseFiles } from "@/engines/hub/files";
import type { ModelFacts } from "@/graph/ports";

export const nameOf = (path: string) => basename(path).replace(/\.gguf$/i, "");

/** Checked as a download would be: safetensors only, and all that belongs to them. */
export async function checkFolder(dir: string): Promise<void> {
  chooseFiles(await readdir(dir), basename(dir));
}

/** Of the model card, whose first lines are YAML. */
export async function folderLicence(dir: string): Promise<string | undefined> {
  const card = await readFile(join(dir, "README.md"), "utf8").catch(() => "");
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card)?.[1] ?? "";
  return /^license:\s*["']?([\w.-]+)/m.exec(front)?.[1];
}

/** What the header of a GGUF file tells without converting it. */
export async function ggufFacts(path: string): Promise<ModelFacts> {
  const file = await openGguf(path);
  try {
    refuseUnreadable(file);
    const { shape } = await checkGguf(file);
    const licence = file.metadata.string("general.license");
    const labels = ggufLabels(file.metadata);
    const weights = file.tensors.filter(({ name }) => name !== "rope_freqs.weight");
    return {
      name: file.metadata.string("general.name") ?? nameOf(path),
      family: "llama",
      parameters: weights.reduce((sum, { shape: size }) => sum + size.reduce((a, b) => a * b, 1), 0),
      format: "safetensors",
      precision: "F16",
      contextLength: shape.contextLength,
      ...(licence && { licence }),
      ...(labels && { labels }),
      source: "file",
    };
  } finally {
    await file.close();
  }
}
