/** What every kind must hold about labels: the loop over all kinds with every label in and out. */
import { describe, expect, it } from "vitest";
import type { AnyNode } from "@/graph/define-node";
import { flowing, labelOutputs, labelsOf } from "@/graph/labels";
import { type Labels, PII, type Pii, type PortType } from "@/graph/ports";
import { catalogue, NODE_KINDS } from "../index";

const marked = (pii: Pii): Labels => ({
  pii,
  licences: [`${pii}-licence`],
  origins: [`${pii}-origin`],
  evaluation: [`${pii}-benchmark`],
});
/** A type as this input would be given it. */
function given({ want }: AnyNode["inputs"][string], labels: Labels | undefined): PortType {
  const shape = want.type === "dataset" ? { shape: want.shapes?.[0] ?? "chat" } : {};
  return { type: want.type, ...shape, ...(labels && { labels }) } as PortType;
}
const typesIn = (definition: AnyNode, label: (port: string) => Labels | undefined) =>
  Object.fromEntries(
    Object.entries(definition.inputs).map(([port, spec]) => {
      const type = given(spec, label(port));
      return [port, spec.list ? { a: type, b: type } : type];
    }),
  );
/** With its defaults; a text for what has none. */
function paramsOf(definition: AnyNode): Record<string, unknown> {
  const missing = definition.params.safeParse({}).error?.issues.map((issue) => String(issue.path[0])) ?? [];
  return definition.params.parse(Object.fromEntries(missing.map((name) => [name, "x"])));
}
const outputsOf = (definition: AnyNode, inputs: Record<string, unknown>) => {
  const params = paramsOf(definition);
  return labelOutputs(definition, params, inputs as never, definition.infer(params, inputs));
};

describe.each(NODE_KINDS)("%s", (kind) => {
  const definition: AnyNode = catalogue[kind]!;
  const ports = Object.keys(definition.inputs);
  const relabelled = definition.relabel?.(paramsOf(definition)) ?? {};

  it("says of each input whether its labels flow", () => {
    for (const spec of Object.values(definition.inputs)) expect(["flow", "reads"]).toContain(spec.labels);
  });

  it.each(PII)("passes on %s from whichever input it flows", (pii) => {
    for (const port of ports.filter((name) => definition.inputs[name]!.labels === "flow")) {
      const inputs = typesIn(definition, (name) => (name === port ? marked(pii) : { pii: "none" }));
      const outputs = outputsOf(definition, inputs);
      expect(Object.keys(outputs).length).toBeGreaterThan(0);
      for (const [name, type] of Object.entries(outputs)) {
        if (!type) continue;
        const where = `${port} → ${name}`;
        const expected = relabelled[name]?.pii ?? flowing(definition, inputs as never).pii;
        expect(type.labels?.pii, where).toBe(expected);
        for (const set of ["licences", "origins", "evaluation"] as const)
          expect(type.labels?.[set], where).toEqual(expect.arrayContaining(marked(pii)[set]!));
      }
    }
  });

  it("takes nothing over from what it only reads", () => {
    for (const port of ports.filter((name) => definition.inputs[name]!.labels === "reads")) {
      const quiet = outputsOf(
        definition,
        typesIn(definition, () => ({ pii: "none" })),
      );
      const loud = outputsOf(
        definition,
        typesIn(definition, (name) => (name === port ? marked("found") : { pii: "none" })),
      );
      for (const name of Object.keys(quiet)) expect(loud[name]?.labels, name).toEqual(quiet[name]?.labels);
    }
  });

  it("takes an input without labels for what its silence means", () => {
    const outputs = outputsOf(
      definition,
      typesIn(definition, () => undefined),
    );
    for (const [name, type] of Object.entries(outputs)) {
      if (!type) continue;
      const silent = Object.values(definition.inputs)
        .filter((spec) => spec.labels === "flow")
        .map((spec) => labelsOf(given(spec, undefined)).pii);
      const expected = silent.includes("unknown") ? "unknown" : (silent[0] ?? type.labels?.pii);
      expect(type.labels?.pii, name).toBe(relabelled[name]?.pii ?? expected);
    }
  });

  it("has a mark on everything that comes out", () => {
    const outputs = outputsOf(definition, {});
    for (const [name, type] of Object.entries(outputs))
      if (type) expect(PII, name).toContain(type.labels?.pii);
  });
});
