/** JSON objects of a model folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "@/graph/problems";
import type { Json } from "./token-entries";

/** `fallback` stands for a file that is not there. @throws Failure `model-file` */
export async function readJson(dir: string, name: string, fallback?: Json): Promise<Json> {
  const text = await readFile(join(dir, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Failure("INVALID_INPUT", "model-file", { file: name }, { cause: error });
  });
  if (text === undefined && fallback) return fallback;
  return parseJson(text ?? "", name);
}

/** @throws Failure `model-file` for what is no object */
export function parseJson(text: string, file: string): Json {
  try {
    const json: unknown = JSON.parse(text);
    if (json !== null && typeof json === "object" && !Array.isArray(json)) return json as Json;
  } catch {}
  throw new Failure("INVALID_INPUT", "model-file", { file });
}
