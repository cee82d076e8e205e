import { describe, expect, it } from "vitest";
import type { AnyNode, Catalogue } from "@/graph/define-node";
import type { GraphFile } from "@/graph/document";
import { placePorts, portEnd } from "./ports";

const step = {
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
} as unknown as AnyNode;
const catalogue: Catalogue = { step };
const file: GraphFile = {
  telar: 1,
  name: "x",
  nodes: ["a", "b"].map((id) => ({ id, kind: "step", version: 1, params: {} })),
  wires: [{ from: "a.data", to: "b.data" }],
};
const rect = (x: number, y: number) => ({ x, y, width: 172, height: 110 });
const sides = (ports: ReturnType<typeof placePorts>, id: string) =>
  [...(ports.get(id)?.inputs ?? []), ...(ports.get(id)?.outputs ?? [])].map((p) => p.side);

describe("placePorts", () => {
  it("joins nodes of one column bottom to top", () => {
    const ports = placePorts(
      file,
      catalogue,
      new Map([
        ["a", rect(0, 0)],
        ["b", rect(0, 144)],
      ]),
    );
    expect(sides(ports, "a")).toEqual(["left", "bottom", "right"]);
    expect(sides(ports, "b")).toEqual(["top", "right", "right"]);
    expect(portEnd(rect(0, 0), ports.get("a")!, "out", "data")).toEqual({ x: 86, y: 110, side: "bottom" });
    expect(portEnd(rect(0, 0), ports.get("a")!, "out", "ledger")).toEqual({ x: 172, y: 43, side: "right" });
  });
  it("goes from right to left otherwise", () => {
    const ports = placePorts(
      file,
      catalogue,
      new Map([
        ["a", rect(0, 0)],
        ["b", rect(260, 0)],
      ]),
    );
    expect(sides(ports, "a")).toEqual(["left", "right", "right"]);
    expect(sides(ports, "b")).toEqual(["left", "right", "right"]);
  });
  it("does not run through a node that stands between", () => {
    const three: GraphFile = {
      ...file,
      nodes: [...file.nodes, { id: "c", kind: "step", version: 1, params: {} }],
    };
    const rects = new Map([
      ["a", rect(0, 0)],
      ["c", rect(0, 130)],
      ["b", rect(0, 260)],
    ]);
    expect(sides(placePorts(three, catalogue, rects), "a")[1]).toBe("right");
  });
});
