/** What a new node is given so that it can run at once: names in addresses come from the graph's own. */
import { formModel } from "@/app/_params/form-model";
import { toAddress } from "@/graph/address";
import type { AnyNode } from "@/graph/define-node";
import type { GraphFile, GraphNode } from "@/graph/document";

export function prefilled(
  definition: Pick<AnyNode, "params">,
  file: Pick<GraphFile, "name" | "nodes">,
): GraphNode["params"] {
  const needed = formModel(definition).filter(
    ({ widget, optional, default: usual }) => widget === "address" && !optional && usual === undefined,
  );
  const name = toAddress(file.name);
  if (!name) return {};
  return Object.fromEntries(
    needed.map((field) => [field.name, freeName(name, new Set(file.nodes.map((n) => n.params[field.name])))]),
  );
}

/** Two nodes of a graph that serve under one name would replace each other. */
function freeName(name: string, taken: ReadonlySet<unknown>): string {
  for (let k = 1; ; k++) {
    const tried = k === 1 ? name : toAddress(`${name.slice(0, 58)}-${k}`);
    if (!taken.has(tried)) return tried;
  }
}
