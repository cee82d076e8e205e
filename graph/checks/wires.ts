/** Wires whose ends are not there, and cycles. */
import type { Catalogue } from "../define-node";
import { type GraphFile, parsePortRef } from "../document";
import { type Problem, problem } from "../problems";
import { findCycle } from "../topology";

export function checkWires(file: GraphFile, catalogue: Catalogue): Problem[] {
  const nodes = new Map(file.nodes.map((n) => [n.id, n]));
  const problems: Problem[] = [];
  for (const { from, to } of file.wires) {
    for (const [end, side] of [
      [from, "outputs"],
      [to, "inputs"],
    ] as const) {
      const ref = parsePortRef(end);
      const node = nodes.get(ref.node);
      const definition = node && catalogue[node.kind];
      if (!node) problems.push(problem("wire-node-missing", { node: ref.node }, { from, to, id: ref.node }));
      else if (definition && !definition[side][ref.port]) {
        const known = Object.keys(definition[side]).join(", ") || "none";
        problems.push(
          problem(
            "wire-port-missing",
            { node: ref.node, port: ref.port },
            { from, to, port: ref.port, side, known },
          ),
        );
      } else if (
        definition &&
        side === "inputs" &&
        !definition.inputs[ref.port]?.list &&
        ref.slot !== undefined
      ) {
        problems.push(problem("wire-slot-unwanted", { node: ref.node, port: ref.port }, { to }));
      } else if (
        definition &&
        side === "inputs" &&
        definition.inputs[ref.port]?.list &&
        ref.slot === undefined
      ) {
        problems.push(problem("wire-slot-missing", { node: ref.node, port: ref.port }, { to }));
      }
    }
  }
  const cycle = findCycle(file);
  if (cycle) problems.push(problem("cycle", { node: cycle[0]! }, { path: [...cycle, cycle[0]].join(" → ") }));
  return problems;
}
