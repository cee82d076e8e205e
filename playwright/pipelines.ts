/** A graph of any size, of which the benchmark of the canvas draws both sides: pipelines of five nodes, side by side. */
import type { GraphFile } from "@/graph/document";

const KINDS = ["dataset-file", "to-chat", "pii", "dedupe", "split"] as const;
const ACROSS = 240;
const DOWN = 190;
/** Pipelines in one row of the canvas. */
const IN_A_ROW = 4;

export type Spot = { id: string; x: number; y: number };
export type Link = { id: string; from: string; to: string };
export type Drawing = { nodes: Spot[]; links: Link[] };

const chainOf = (k: number) => Math.floor(k / KINDS.length);

export function drawing(count: number): Drawing {
  const nodes = Array.from({ length: count }, (_, k): Spot => {
    const step = k % KINDS.length;
    const chain = chainOf(k);
    return {
      id: `n${k}`,
      x: ((chain % IN_A_ROW) * (KINDS.length + 0.5) + step) * ACROSS,
      y: Math.floor(chain / IN_A_ROW) * DOWN,
    };
  });
  const links = nodes.flatMap(({ id }, k): Link[] =>
    k % KINDS.length ? [{ id: `e${k}`, from: `n${k - 1}`, to: id }] : [],
  );
  return { nodes, links };
}

export function graphFile(count: number): GraphFile {
  const { nodes, links } = drawing(count);
  const params = (k: number) => (k % KINDS.length ? {} : { path: "data/support.jsonl", rows: 40 });
  return {
    telar: 1,
    name: `${count} nodes`,
    nodes: nodes.map(({ id }, k) => ({ id, kind: KINDS[k % KINDS.length]!, version: 1, params: params(k) })),
    wires: links.map(({ from, to }) => ({ from: `${from}.data`, to: `${to}.data` })),
    layout: Object.fromEntries(nodes.map(({ id, x, y }) => [id, [x, y]])),
  };
}
