/** The recipe in a model file: the graph of everything that made it, with digests of what was made on the way. */
import { z } from "zod";
import { type GraphFile, graphSchema } from "./document";
import { readGraph } from "./read-graph";

/** Name of the metadata entry, in GGUF (a string) and in safetensors (`__metadata__`). */
export const RECIPE_KEY = "telar.recipe";

/** The labels of what the file was made of, as JSON: they come back when the file is opened as a base model. */
export const LABELS_KEY = "telar.labels";

const recipeSchema = z.object({
  telar: z.literal(1),
  /** The node that made the file. */
  node: z.string(),
  /** That node and its ancestors, without layout. */
  graph: graphSchema,
  /** `node.port` → digest of the artifact. */
  digests: z.record(z.string(), z.string()),
});
export type Recipe = z.output<typeof recipeSchema>;

/** Undefined for a text that is no recipe, so that a stranger's file is only a model file. */
export function parseRecipe(text: string): Recipe | undefined {
  try {
    const recipe = recipeSchema.parse(JSON.parse(text));
    return readGraph(recipe.graph).file ? recipe : undefined;
  } catch {
    return undefined;
  }
}

export function makeRecipe(file: GraphFile, node: string, digests: Record<string, string>): Recipe {
  const { telar, name, nodes, wires } = file;
  return { telar: 1, node, graph: { telar, name, nodes, wires }, digests };
}
