/** The JSON files of a Hugging Face folder, read once. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { Json } from "./pre-tokenizers";

export type ModelFolder = {
  config: Json;
  tokenizer: Json;
  tokenizerConfig: Json;
  generation: Json;
  /** The chat template's text; undefined for a model that has none. */
  template: string | undefined;
};

/** @throws Failure `model-file` when a needed file is missing or is not JSON */
export async function readModelFolder(dir: string): Promise<ModelFolder> {
  const [config, tokenizer, tokenizerConfig, generation] = await Promise.all([
    readJson(dir, "config.json"),
    readJson(dir, "tokenizer.json"),
    readJson(dir, "tokenizer_config.json", {}),
    readJson(dir, "generation_config.json", {}),
  ]);
  return {
    config,
    tokenizer,
    tokenizerConfig,
    generation,
    template: await chatTemplate(dir, tokenizerConfig),
  };
}

/** Of `tokenizer_config.json`, or of the `chat_template.jinja` that newer writers put beside it. */
export async function chatTemplate(dir: string, tokenizerConfig: Json): Promise<string | undefined> {
  const beside = await readFile(join(dir, "chat_template.jinja"), "utf8").catch(() => undefined);
  if (beside !== undefined) return beside;
  const template = tokenizerConfig.chat_template;
  if (typeof template === "string") return template;
  if (!Array.isArray(template)) return undefined;
  const named = template as { name?: string; template?: string }[];
  return (named.find(({ name }) => name === "default") ?? named[0])?.template;
}

export async function readJson(dir: string, name: string, fallback?: Json): Promise<Json> {
  const text = await readFile(join(dir, name), "utf8").catch(() => undefined);
  if (text === undefined && fallback) return fallback;
  try {
    const json: unknown = JSON.parse(text ?? "");
    if (json !== null && typeof json === "object" && !Array.isArray(json)) return json as Json;
  } catch {}
  throw new Failure("INVALID_INPUT", "model-file", { file: name });
}

/** The text of a special token, which is a string or an object with its `content`. */
export function tokenText(config: Json, key: string): string | undefined {
  const value = config[key];
  if (typeof value === "string") return value;
  const content = (value as Json | null | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}
