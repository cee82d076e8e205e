/** Which files make up a model folder, and how they come into another one. */
import { constants } from "node:fs";
import { copyFile, link, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import { MORE_TEMPLATES } from "../tokenizer/read-templates";

const WEIGHTS = /^model(-\d+-of-\d+)?\.safetensors$/;
const NEEDED = ["config.json", "tokenizer.json"];
const WELCOME = new Set([
  ...NEEDED,
  "generation_config.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "chat_template.jinja",
  "model.safetensors.index.json",
]);
/** Templates beside the default one lie in a folder of their own. */
const MORE = new RegExp(`^${MORE_TEMPLATES}/[\\w.-]+\\.jinja$`);
const TERMS = /^(LICENSE|LICENCE|NOTICE|USE_POLICY)(\.(txt|md))?$/i;
/** Formats that run code when they are opened. */
const PICKLES = /\.(bin|pt|pth|ckpt|pkl|pickle)$/i;

export const isWeights = (name: string) => WEIGHTS.test(name);

/**
 * Of the names in a repository or folder, those that Telar takes: safetensors, JSON, tokenizer and licence files.
 * @throws Failure `model-pickle-only`, `model-no-weights`, `model-file`
 */
export function chooseFiles(names: readonly string[], model: string): string[] {
  const weights = names.filter(isWeights);
  if (weights.length === 0) {
    const reason = names.some((name) => PICKLES.test(name)) ? "model-pickle-only" : "model-no-weights";
    throw new Failure("INVALID_INPUT", reason, { model });
  }
  for (const file of NEEDED)
    if (!names.includes(file)) throw new Failure("INVALID_INPUT", "model-file", { file });
  const sharded = !weights.includes("model.safetensors");
  if (sharded && !names.includes("model.safetensors.index.json")) {
    throw new Failure("INVALID_INPUT", "model-file", { file: "model.safetensors.index.json" });
  }
  return names.filter((name) =>
    isWeights(name)
      ? sharded || name === "model.safetensors"
      : name === "model.safetensors.index.json"
        ? sharded
        : WELCOME.has(name) || MORE.test(name) || TERMS.test(name),
  );
}

/**
 * Brings the files of `from` into `to`. `link`: as hard links where both lie on one device; only for folders that
 * nobody edits.
 */
export async function takeFolder(
  from: string,
  to: string,
  how: "link" | "copy",
  model: string,
): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  if (entries.some((entry) => entry.name === MORE_TEMPLATES && entry.isDirectory())) {
    names.push(...(await readdir(join(from, MORE_TEMPLATES))).map((name) => `${MORE_TEMPLATES}/${name}`));
    await mkdir(join(to, MORE_TEMPLATES), { recursive: true });
  }
  for (const name of chooseFiles(names, model)) {
    const [source, target] = [join(from, name), join(to, name)];
    const linked =
      how === "link" &&
      (await link(source, target).then(
        () => true,
        () => false,
      ));
    if (!linked) await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}
