/** The tokenizer of a model folder into another folder. */
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { TOKENIZER_FILES } from "./read-files";
import { MORE_TEMPLATES } from "./read-templates";

/** Those of its files that are there, with the templates beside the default one. */
export async function copyTokenizer(from: string, to: string): Promise<void> {
  for (const name of TOKENIZER_FILES) await copyFile(join(from, name), join(to, name)).catch(unlessMissing);
  await copyMoreTemplates(from, to);
}

export async function copyMoreTemplates(from: string, to: string): Promise<void> {
  const names = await readdir(join(from, MORE_TEMPLATES)).catch(unlessMissing);
  if (!names?.length) return;
  await mkdir(join(to, MORE_TEMPLATES), { recursive: true });
  for (const name of names)
    if (name.endsWith(".jinja"))
      await copyFile(join(from, MORE_TEMPLATES, name), join(to, MORE_TEMPLATES, name));
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}
