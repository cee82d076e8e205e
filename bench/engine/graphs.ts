/** The two graphs of the benchmark, of 100 nodes each: one after the other, and one to many to one. */
import type { GraphFile } from "@/graph/document";

export const NODES = 100;
export const SHAPES = ["chain", "fan-out"] as const;
export type Shape = (typeof SHAPES)[number];

const name = (i: number) => `n${String(i).padStart(3, "0")}`;

/** Another `tag` is another source, so nothing of an earlier run fits. */
export function benchGraph(shape: Shape, tag: string): GraphFile {
  const last = NODES - 1;
  const kind = (i: number) => (i === 0 ? "source" : shape === "fan-out" && i === last ? "join" : "step");
  const nodes = Array.from({ length: NODES }, (_, i) => ({
    id: name(i),
    kind: kind(i),
    version: 1,
    params: { tag: i === 0 ? tag : String(i) },
  }));
  const inner = nodes.slice(1, last);
  const wires =
    shape === "chain"
      ? nodes.slice(1).map((node, i) => ({ from: `${name(i)}.data`, to: `${node.id}.data` }))
      : [
          ...inner.map(({ id }) => ({ from: `${name(0)}.data`, to: `${id}.data` })),
          ...inner.map(({ id }) => ({ from: `${id}.data`, to: `${name(last)}.data[${id}]` })),
        ];
  return { telar: 1, name: shape, nodes, wires };
}
