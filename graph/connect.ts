/** May this wire be drawn? Decides for the canvas while dragging, and for commands before they write. */
import { adaptersFor } from "./adapt";
import type { Catalogue } from "./define-node";
import { formatPortRef, type GraphFile, type PortRef, parsePortRef } from "./document";
import { inputTypes } from "./infer";
import { describeWant, mismatch, type PortType } from "./ports";
import { type Problem, problem } from "./problems";
import { wouldCycle } from "./topology";

export type Connection = { ok: true; to: string; replaces?: string } | { ok: false; problem: Problem };

/** `types` are those of the outputs (`inferGraph`). For a list input without a slot a free one is chosen. */
export function canConnect(
  file: GraphFile,
  from: string,
  to: string,
  catalogue: Catalogue,
  types: Record<string, PortType>,
): Connection {
  const refuse = (found: Problem): Connection => ({ ok: false, problem: found });
  const source = parsePortRef(from);
  const target = parsePortRef(to);
  const node = file.nodes.find((n) => n.id === target.node);
  const definition = catalogue[node?.kind ?? ""];
  const spec = definition?.inputs[target.port];
  const output = catalogue[file.nodes.find((n) => n.id === source.node)?.kind ?? ""]?.outputs[source.port];
  const where = { node: target.node, port: target.port };
  if (!node || !definition || !spec || !output)
    return refuse(problem("wire-end-missing", where, { from, to }));
  if (wouldCycle(file, { from, to }))
    return refuse(problem("wire-cycle", where, { from: source.node, to: target.node }));

  const has = types[from] ?? (output.type === "dataset" ? undefined : ({ type: output.type } as PortType));
  const wrong = has
    ? mismatch(spec.want, has)
    : output.type !== spec.want.type && { wants: describeWant(spec.want), has: output.type };
  if (wrong) {
    const adapter = has && adaptersFor(has, spec.want, catalogue)[0];
    const values = { from, to, wants: wrong.wants, has: wrong.has, adapter: adapter ?? "" };
    return refuse(
      problem(
        adapter ? "wire-wrong-type-adaptable" : "wire-wrong-type",
        { ...where, ...(adapter ? { adapter } : {}) },
        values,
      ),
    );
  }

  const end = formatPortRef(
    spec.list && target.slot === undefined ? { ...target, slot: freeSlot(file, target) } : target,
  );
  const others = file.wires.filter((w) => w.to !== end);
  const params = definition.params.safeParse(node.params);
  if (params.success && has) {
    const inputs = inputTypes(
      node,
      definition,
      { wires: [...others, { from, to: end }] },
      { ...types, [from]: has },
    );
    const found = definition
      .check?.(params.data, inputs)
      .find((p) => p.severity === "error" && p.port === target.port);
    if (found) return refuse({ ...found, node: node.id });
  }
  const replaces = file.wires.find((w) => w.to === end)?.from;
  return { ok: true, to: end, ...(replaces === undefined ? {} : { replaces }) };
}

function freeSlot(file: GraphFile, { node, port }: PortRef): string {
  const taken = new Set(
    file.wires
      .map((w) => parsePortRef(w.to))
      .filter((r) => r.node === node && r.port === port)
      .map((r) => r.slot),
  );
  for (let i = 1; ; i++) if (!taken.has(`in${i}`)) return `in${i}`;
}
