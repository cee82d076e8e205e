/** All that can be known before a run. A graph with no error may start. */
import { adaptersFor } from "../adapt";
import type { Catalogue } from "../define-node";
import { type GraphFile, parsePortRef } from "../document";
import { type Inferred, inferGraph, type Probes } from "../infer";
import { migrateGraph } from "../migrate";
import { mismatch } from "../ports";
import { type Problem, problem } from "../problems";
import { withDescendants } from "../topology";

export type Checked = { file: GraphFile; inferred: Inferred; problems: Problem[] };

export function checkGraph(given: GraphFile, catalogue: Catalogue, probes: Probes = {}): Checked {
  const { file, problems } = migrateGraph(given, catalogue);
  const inferred = inferGraph(file, catalogue, probes);
  const all = [
    ...problems,
    ...inferred.problems,
    ...wireTypes(file, inferred, catalogue),
    ...missingInputs(file, catalogue),
  ];
  if (!file.nodes.length) all.push(problem("graph-empty", {}));
  const idle = skipped(file);
  return {
    file,
    inferred,
    problems: all.filter((p) => p.node === undefined || !idle.has(p.node) || p.code !== "input-missing"),
  };
}

export const errorsOf = (problems: readonly Problem[]) => problems.filter((p) => p.severity === "error");

/** Nodes that no run executes: muted ones and all that need them. */
export function skipped(file: GraphFile): Set<string> {
  return withDescendants(
    file,
    file.nodes.filter((n) => n.state === "muted").map((n) => n.id),
  );
}

function wireTypes(file: GraphFile, inferred: Inferred, catalogue: Catalogue): Problem[] {
  const nodes = new Map(file.nodes.map((n) => [n.id, n]));
  return file.wires.flatMap((wire) => {
    const to = parsePortRef(wire.to);
    const want = catalogue[nodes.get(to.node)?.kind ?? ""]?.inputs[to.port]?.want;
    const has = inferred.types[wire.from];
    const wrong = want && has && mismatch(want, has);
    if (!wrong) return [];
    const adapter = adaptersFor(has, want, catalogue)[0];
    const where = { node: to.node, port: to.port, ...(adapter ? { adapter } : {}) };
    const values = {
      from: wire.from,
      to: wire.to,
      wants: wrong.wants,
      has: wrong.has,
      adapter: adapter ?? "",
    };
    return [problem(adapter ? "wire-wrong-type-adaptable" : "wire-wrong-type", where, values)];
  });
}

function missingInputs(file: GraphFile, catalogue: Catalogue): Problem[] {
  const wired = new Set(file.wires.map((w) => w.to.replace(/\[.*\]$/, "")));
  return file.nodes.flatMap((node) => {
    const definition = catalogue[node.kind];
    if (!definition || node.state === "frozen" || node.state === "muted") return [];
    return Object.entries(definition.inputs)
      .filter(([port, spec]) => !spec.optional && !wired.has(`${node.id}.${port}`))
      .map(([port, spec]) => {
        const from = Object.values(catalogue).find((d) =>
          Object.values(d.outputs).some((o) => !o.secondary && o.type === spec.want.type),
        );
        return problem(
          "input-missing",
          { node: node.id, port },
          { port, type: spec.want.type, example: from?.kind ?? "" },
        );
      });
  });
}
