/** What a frame around nodes means for drawing: the ports that cross its edge. The run engine never sees frames. */
import { type GraphFile, type GraphFrame, parsePortRef } from "./document";

export type Crossing = {
  /** Inputs inside that are fed from outside. */
  inputs: string[];
  /** Outputs inside that feed something outside. */
  outputs: string[];
};

export function crossing(file: Pick<GraphFile, "wires">, frame: Pick<GraphFrame, "nodes">): Crossing {
  const inside = new Set(frame.nodes);
  const found: Crossing = { inputs: [], outputs: [] };
  for (const { from, to } of file.wires) {
    const [a, b] = [inside.has(parsePortRef(from).node), inside.has(parsePortRef(to).node)];
    if (!a && b) found.inputs.push(to);
    if (a && !b && !found.outputs.includes(from)) found.outputs.push(from);
  }
  return found;
}

/** The frame a selection stands for: itself, or the one whose members are exactly the chosen nodes. */
export function chosenFrame(
  frames: readonly GraphFrame[] | undefined,
  chosen: readonly string[],
): GraphFrame | undefined {
  return frames?.find(
    (f) =>
      (chosen.length === 1 && chosen[0] === f.id) ||
      (f.nodes.length > 0 && f.nodes.length === chosen.length && f.nodes.every((id) => chosen.includes(id))),
  );
}
