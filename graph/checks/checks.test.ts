import { describe, expect, it } from "vitest";
import { testCatalogue } from "../_testing";
import { canConnect } from "../connect";
import { emptyGraph, type GraphFile, type GraphNode } from "../document";
import { checkGraph } from "./index";

const graph = (nodes: Partial<GraphNode>[], wires: [string, string][] = []): GraphFile => ({
  ...emptyGraph("test"),
  nodes: nodes.map(
    (n) => ({ id: n.kind!, version: testCatalogue[n.kind!]?.version ?? 1, params: {}, ...n }) as GraphNode,
  ),
  wires: wires.map(([from, to]) => ({ from, to })),
});
const codes = (file: GraphFile) => checkGraph(file, testCatalogue).problems.map((p) => p.code);

describe("checks", () => {
  it("passes a good graph and infers its types", () => {
    const file = graph(
      [{ kind: "source" }, { kind: "chat" }, { kind: "clean" }],
      [
        ["source.data", "chat.data"],
        ["chat.data", "clean.data"],
      ],
    );
    const { problems, inferred } = checkGraph(file, testCatalogue);
    expect(problems).toEqual([]);
    expect(inferred.types["clean.data"]).toEqual({
      type: "dataset",
      shape: "chat",
      labels: { pii: "unknown" },
    });
  });

  it("names a wrong wire and the kind that would adapt it", () => {
    const file = graph([{ kind: "source" }, { kind: "clean" }], [["source.data", "clean.data"]]);
    expect(checkGraph(file, testCatalogue).problems).toEqual([
      {
        code: "wire-wrong-type-adaptable",
        severity: "error",
        node: "clean",
        port: "data",
        adapter: "chat",
        values: {
          from: "source.data",
          to: "clean.data",
          wants: "dataset<chat>",
          has: "dataset<table>",
          adapter: "chat",
        },
      },
    ]);
  });

  it.each([
    [graph([{ kind: "sorce" }]), "kind-unknown"],
    [graph([{ kind: "source", version: 9 }]), "kind-too-new"],
    [graph([{ kind: "source", params: { rows: 0 } }]), "param-too-small"],
    [graph([{ kind: "source", params: { rows: 5000 } }]), "param-too-big"],
    [graph([{ kind: "source", params: { rows: "ten" } }]), "param-wrong-type"],
    [graph([{ kind: "source", params: { row: 1 } }]), "param-unknown"],
    [graph([{ kind: "chat" }]), "input-missing"],
    [graph([{ kind: "source" }], [["source.data", "gone.data"]]), "wire-node-missing"],
    [graph([{ kind: "source" }, { kind: "chat" }], [["source.rows", "chat.data"]]), "wire-port-missing"],
    [graph([{ kind: "source" }, { kind: "chat" }], [["source.data", "chat.data[a]"]]), "wire-slot-unwanted"],
    [graph([{ kind: "source" }, { kind: "mix" }], [["source.data", "mix.data"]]), "wire-slot-missing"],
    [graph([{ kind: "source", state: "bypassed" }]), "bypass-impossible"],
    [emptyGraph("nothing"), "graph-empty"],
  ])("finds %#", (file, code) => {
    expect(codes(file)).toContain(code);
  });

  it("suggests the nearest known kind", () => {
    expect(checkGraph(graph([{ kind: "sorce" }]), testCatalogue).problems[0]?.values.known).toBe("source");
  });

  it("asks no inputs of what a muted node keeps from running", () => {
    expect(
      codes(graph([{ kind: "source", state: "muted" }, { kind: "chat" }], [["source.data", "chat.data"]])),
    ).toEqual([]);
    expect(codes(graph([{ kind: "clean", state: "muted" }]))).toEqual([]);
  });

  it("passes the input through a bypassed node", () => {
    const file = graph(
      [{ kind: "source" }, { kind: "chat", state: "bypassed" }, { kind: "clean" }],
      [
        ["source.data", "chat.data"],
        ["chat.data", "clean.data"],
      ],
    );
    expect(codes(file)).toEqual(["wire-wrong-type-adaptable"]);
  });
});

describe("drawing a wire", () => {
  const file = graph(
    [{ kind: "source" }, { kind: "chat" }, { kind: "clean" }, { kind: "mix" }],
    [["source.data", "chat.data"]],
  );
  const { types } = checkGraph(file, testCatalogue).inferred;

  it("says what it replaces, and gives a list input a free slot", () => {
    expect(canConnect(file, "source.data", "chat.data", testCatalogue, types)).toEqual({
      ok: true,
      to: "chat.data",
      replaces: "source.data",
    });
    expect(canConnect(file, "source.data", "mix.data", testCatalogue, types)).toEqual({
      ok: true,
      to: "mix.data[in1]",
    });
  });

  it("refuses cycles and types that do not fit, with the adapting kind", () => {
    expect(canConnect(file, "chat.data", "chat.data", testCatalogue, types)).toMatchObject({
      ok: false,
      problem: { code: "wire-cycle" },
    });
    expect(canConnect(file, "source.data", "clean.data", testCatalogue, types)).toMatchObject({
      ok: false,
      problem: { code: "wire-wrong-type-adaptable", adapter: "chat" },
    });
  });
});
