/** Labels and recipe in model files: what Telar makes carries them, and what is opened again is read for them. */
import { joinLabels, parseLabels } from "@/graph/labels";
import type { Labels } from "@/graph/ports";
import { LABELS_KEY, RECIPE_KEY } from "@/graph/recipe";

/** What goes into the metadata of a file that leaves Telar. */
export function stampsOf(labels: Labels, recipe: string | undefined): Map<string, string> {
  const stamps = new Map([[LABELS_KEY, JSON.stringify(labels)]]);
  if (recipe !== undefined) stamps.set(RECIPE_KEY, recipe);
  return stamps;
}

/**
 * What the files of a model say of what it was trained on. Files of earlier versions have a recipe and no labels: they
 * were made of something, and nobody knows of what. A file that claims nothing gives nothing.
 */
export function statedLabels(texts: (key: string) => string[]): Labels | undefined {
  const claims = texts(LABELS_KEY).map(parseLabels);
  if (claims.length > 0) return claims.reduce(joinLabels);
  return texts(RECIPE_KEY).length > 0 ? { pii: "unknown" } : undefined;
}
