import { describe, expect, it } from "vitest";
import { graphAround } from "@/graph/around";
import type { OutputView } from "@/graph/run-view";
import { quantisations } from "./compare";

const node = (id: string, kind: string, params = {}) => ({ id, kind, version: 1, params });
const model = (precision: string, bytes: number): { model: OutputView } => ({
  model: { type: "model", digest: "sha256:0", facts: { type: "model", precision, bytes } },
});
const file = {
  nodes: [
    node("merge", "merge"),
    node("q4", "quantize", { type: "Q4_K_M" }),
    node("f16", "quantize", { type: "F16" }),
    node("elsewhere", "quantize"),
    node("p4", "perplexity"),
    node("p16", "perplexity"),
  ],
  wires: [
    { from: "merge.model", to: "q4.model" },
    { from: "merge.model", to: "f16.model" },
    { from: "other.model", to: "elsewhere.model" },
    { from: "q4.model", to: "p4.model" },
    { from: "f16.model", to: "p16.model" },
  ],
};
const known = {
  q4: { outputs: model("Q4_K_M", 105e6), metrics: {} },
  f16: { outputs: model("F16", 271e6), metrics: {} },
  p4: { outputs: {}, metrics: { perplexity: 33.5 } },
  p16: { outputs: {}, metrics: { perplexity: 31.5 } },
};

describe("quantisations", () => {
  it("lists those of the same model, largest first, each against the plain one", () => {
    const rows = quantisations(graphAround(file, known), "q4");
    expect(rows.map(({ id, perplexity, change, part }) => [id, perplexity, change, part])).toEqual([
      ["f16", 31.5, undefined, "reference"],
      ["q4", 33.5, 2, "chosen"],
    ]);
  });
  it("takes the model before as reference where something measures it", () => {
    const wired = {
      nodes: [...file.nodes, node("p0", "perplexity")],
      wires: [...file.wires, { from: "merge.model", to: "p0.model" }],
    };
    const rows = quantisations(
      graphAround(wired, {
        ...known,
        merge: { outputs: model("BF16", 269e6), metrics: {} },
        p0: { outputs: {}, metrics: { perplexity: 31 } },
      }),
      "q4",
    );
    expect(rows.find(({ id }) => id === "q4")?.change).toBe(2.5);
    expect(rows.find(({ id }) => id === "merge")?.part).toBe("reference");
  });
  it("says what it knows when nothing measures", () => {
    expect(quantisations(graphAround(file, { q4: known.q4 }), "q4").map(({ id }) => id)).toEqual([
      "q4",
      "f16",
    ]);
  });
});
