import type { GraphFile } from "../document";
import type { Problem } from "../problems";
import { wiresInto } from "../topology";

/** Nodes that have no error and need no node that has one, in the order given. An error of the whole graph leaves none. */
export function soundNodes(file: GraphFile, order: readonly string[], errors: readonly Problem[]): string[] {
  const broken = new Set<string>();
  for (const { node } of errors) {
    if (node === undefined) return [];
    broken.add(node);
  }
  const sound: string[] = [];
  for (const id of order) {
    if (broken.has(id) || wiresInto(file, id).some(({ from }) => broken.has(from.node))) broken.add(id);
    else sound.push(id);
  }
  return sound;
}
