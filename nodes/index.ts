/** The catalogue: every kind's definition. A folder with `definition.ts` is a kind; `scripts/kinds.mjs` writes the list. */
import { nodes } from "@/generated/kinds/index";
import { type AnyNode, CATEGORIES, type Catalogue } from "@/graph/define-node";

export type NodeKind = keyof typeof nodes;

const place = ({ category, order = Number.MAX_SAFE_INTEGER }: AnyNode) =>
  [CATEGORIES.indexOf(category), order] as const;

/** By category, in it by the kind's own `order`, else by name. */
function inOrder([a, one]: [string, AnyNode], [b, other]: [string, AnyNode]): number {
  const [x, y] = [place(one), place(other)];
  return x[0] - y[0] || x[1] - y[1] || (a < b ? -1 : 1);
}

/** In the order in which the add menu shows them. */
export const catalogue: Catalogue = Object.assign(
  // Kinds are looked up by names from files: `constructor` is none.
  Object.create(null),
  Object.fromEntries(Object.entries(nodes satisfies Record<string, AnyNode>).sort(inOrder)),
);
export const NODE_KINDS = Object.keys(catalogue) as NodeKind[];
export { nodes };
