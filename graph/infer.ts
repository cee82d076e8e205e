/** Types of every port while editing, and every problem that stands in the way of a run. One function for canvas, server and command line. */

import { byName } from "./by-name";
import { checkParams } from "./checks/params";
import { checkWires } from "./checks/wires";
import type { AnyNode, Catalogue } from "./define-node";
import type { GraphFile, GraphNode } from "./document";
import { labelOutputs } from "./labels";
import { mismatch, type PortType } from "./ports";
import { type Problem, problem } from "./problems";
import { topologicalOrder, wiresInto } from "./topology";

/** Facts that only the server can read (columns of a file), by node id. */
export type Probes = Readonly<Record<string, unknown>>;

export type NodeInputTypes = Record<string, PortType | Record<string, PortType> | undefined>;

export type Inferred = {
  /** `node.port` of outputs. Absent while unknown. */
  types: Record<string, PortType>;
  /** Parsed parameters with defaults filled in, where they are valid. */
  params: Record<string, Record<string, unknown>>;
  inputs: Record<string, NodeInputTypes>;
  order: string[];
  problems: Problem[];
};

export function inferGraph(file: GraphFile, catalogue: Catalogue, probes: Probes = byName()): Inferred {
  const result: Inferred = {
    types: byName(),
    params: byName(),
    inputs: byName(),
    order: topologicalOrder(file),
    problems: [],
  };
  const byId = new Map(file.nodes.map((n) => [n.id, n]));
  result.problems.push(...checkWires(file, catalogue));
  for (const id of result.order) {
    const node = byId.get(id);
    const definition = node && catalogue[node.kind];
    if (node && definition) inferNode(node, definition, file, probes[id], result);
  }
  return result;
}

function inferNode(
  node: GraphNode,
  definition: AnyNode,
  file: GraphFile,
  probe: unknown,
  result: Inferred,
): void {
  const { params, problems } = checkParams(node, definition);
  result.problems.push(...problems);
  const inputs = inputTypes(node, definition, file, result.types);
  result.inputs[node.id] = inputs;
  if (!params) return;
  result.params[node.id] = params;
  const outputs =
    node.state === "bypassed"
      ? bypassTypes(node, definition, inputs, result.problems)
      : labelOutputs(definition, params, inputs, definition.infer(params, inputs, probe));
  for (const [port, type] of Object.entries(outputs)) if (type) result.types[`${node.id}.${port}`] = type;
  if (node.state === "bypassed" || node.state === "muted") return;
  for (const found of definition.check?.(params, inputs) ?? [])
    result.problems.push({ ...found, node: node.id });
}

/** Types that arrive at the inputs; a type that does not fit its port is not passed on (the wire check reports it). */
export function inputTypes(
  node: GraphNode,
  definition: AnyNode,
  file: Pick<GraphFile, "wires">,
  types: Record<string, PortType>,
): NodeInputTypes {
  const inputs: NodeInputTypes = byName();
  for (const { wire, to } of wiresInto(file, node.id)) {
    const spec = definition.inputs[to.port];
    const type = types[wire.from];
    if (!spec || !type || mismatch(spec.want, type)) continue;
    if (!spec.list) inputs[to.port] = type;
    else {
      inputs[to.port] ??= byName<PortType>();
      (inputs[to.port] as Record<string, PortType>)[to.slot ?? "1"] = type;
    }
  }
  return inputs;
}

/** Which input a bypassed node's output passes on: the first one of the same type. */
export function bypassSource(definition: AnyNode, output: string): string | undefined {
  const type = definition.outputs[output]?.type;
  return Object.keys(definition.inputs).find(
    (port) => definition.inputs[port]?.want.type === type && !definition.inputs[port]?.list,
  );
}

function bypassTypes(node: GraphNode, definition: AnyNode, inputs: NodeInputTypes, problems: Problem[]) {
  const outputs: Record<string, PortType> = {};
  for (const [port, spec] of Object.entries(definition.outputs)) {
    if (spec.secondary) continue;
    const source = bypassSource(definition, port);
    if (!source)
      problems.push(
        problem("bypass-impossible", { node: node.id, port }, { kind: node.kind, type: spec.type }),
      );
    else if (inputs[source]) outputs[port] = inputs[source] as PortType;
  }
  return outputs;
}
