/** What a dropped file is for: told by its name, and by its head where the name does not say enough. */
import type { GraphFile } from "@/graph/document";
import { readModelHead } from "@/graph/model-head";
import { parseGraph } from "@/graph/read-graph";
import { parseRecipe, RECIPE_KEY, type Recipe } from "@/graph/recipe";

export type FileRole =
  /** The end of its name says which kind opens it. */
  | { role: "file" }
  | { role: "graph"; file: GraphFile }
  | { role: "recipe"; recipe: Recipe }
  /** Weights without their folder: nothing on the canvas takes them. */
  | { role: "weights" }
  | { role: "unknown" };

const MODEL = /\.(gguf|safetensors)$/i;
/** Enough for the head of a model with a small vocabulary; more is read when it says so. */
const FIRST_BYTES = 4e6;
/** A graph file is text that people write; anything larger is data. */
const MOST_GRAPH_BYTES = 5e6;

export async function fileRole(file: File): Promise<FileRole> {
  if (MODEL.test(file.name)) return modelRole(file);
  if (!/\.json$/i.test(file.name) || file.size > MOST_GRAPH_BYTES) return { role: "file" };
  const { file: graph } = parseGraph(await file.text());
  return graph ? { role: "graph", file: graph } : { role: "file" };
}

async function modelRole(file: File): Promise<FileRole> {
  let wanted = Math.min(file.size, FIRST_BYTES);
  for (;;) {
    const head = readModelHead(new Uint8Array(await file.slice(0, wanted).arrayBuffer()), file.size);
    if (!head) return { role: "unknown" };
    if ("needs" in head) {
      if (wanted >= file.size) return { role: "unknown" };
      wanted = Math.min(file.size, head.needs);
      continue;
    }
    const text = head.texts.get(RECIPE_KEY);
    const recipe = text && parseRecipe(text);
    if (recipe) return { role: "recipe", recipe };
    return { role: head.format === "gguf" ? "file" : "weights" };
  }
}
