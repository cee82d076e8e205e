/** The chat templates of a model folder. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { TemplateSource } from "../chat-template/chat-template";
import { readJson } from "./read-json";
import { type Json, refuse } from "./token-entries";

const ONE = "chat_template.jinja";
/** Holds templates beside the default one, each in a file of its name. */
export const MORE_TEMPLATES = "additional_chat_templates";

/** Templates in files of their own, else those of the configuration: one text, or several with names. */
export async function templatesOf(dir: string, config: Json): Promise<TemplateSource | undefined> {
  const beside = await readText(dir, ONE);
  const files = await readdir(join(dir, MORE_TEMPLATES)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Failure("INVALID_INPUT", "model-file", { file: MORE_TEMPLATES }, { cause: error });
  });
  const more = files.filter((name) => name.endsWith(".jinja")).sort();
  if (more.length > 0) {
    const found = new Map<string, string>(beside === undefined ? [] : [["default", beside]]);
    for (const name of more) {
      const text = await readText(dir, join(MORE_TEMPLATES, name));
      if (text !== undefined) found.set(name.slice(0, -".jinja".length), text);
    }
    return found;
  }
  return beside ?? templatesIn(config);
}

function templatesIn({ chat_template: template }: Json): TemplateSource | undefined {
  const file = "tokenizer_config.json";
  if (template === undefined || template === null) return undefined;
  if (typeof template === "string") return template;
  if (!Array.isArray(template)) refuse(file, "text", "chat_template");
  const named = (template as ({ name?: unknown; template?: unknown } | null)[]).map((one) => {
    if (typeof one?.name !== "string" || typeof one.template !== "string") refuse(file, "text", one);
    return [one.name, one.template] as const;
  });
  return named.length === 0 ? undefined : new Map(named);
}

/** For a folder that may have no tokenizer.json, such as that of a GGUF file. */
export async function readTemplates(dir: string): Promise<TemplateSource | undefined> {
  return templatesOf(dir, await readJson(dir, "tokenizer_config.json", {}));
}

/** What a template is known by, and what a GGUF file keeps of several: the default one. */
export function defaultTemplate(templates: TemplateSource | undefined): string | undefined {
  if (templates === undefined || typeof templates === "string") return templates;
  return templates.get("default") ?? [...templates.values()][0];
}

async function readText(dir: string, file: string): Promise<string | undefined> {
  return readFile(join(dir, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Failure("INVALID_INPUT", "model-file", { file }, { cause: error });
  });
}
