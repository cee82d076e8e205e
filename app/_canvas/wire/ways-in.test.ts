import { describe, expect, it } from "vitest";
import type { GraphFile, GraphNode } from "@/graph/document";
import { inferGraph } from "@/graph/infer";
import { catalogue } from "@/nodes";
import { waysIn } from "./ways-in";

const node = (id: string, kind: string): GraphNode => ({
  id,
  kind,
  version: catalogue[kind]?.version ?? 1,
  params: {},
});
const file: GraphFile = {
  telar: 1,
  name: "x",
  nodes: [
    node("rows", "dataset-file"),
    node("chat", "to-chat"),
    node("split", "split"),
    node("base", "base-model"),
    node("words", "tokenize"),
    node("train", "lora-train"),
  ],
  wires: [
    { from: "rows.data", to: "chat.data" },
    { from: "chat.data", to: "split.data" },
  ],
};
const ways = (kind: string, more: { after?: string; first?: { from: string; to: string } }, of = file) =>
  waysIn(of, node("new", kind), catalogue, inferGraph(of, catalogue).types, more).map(
    ({ from, to }) => `${from} > ${to}`,
  );

describe("a node that is added after a chosen one", () => {
  it("is wired where there is one way to", () => {
    expect(ways("dedupe", { after: "chat" })).toEqual(["chat.data > new.data"]);
    expect(ways("quantize", { after: "base" })).toEqual(["base.model > new.model"]);
  });
  it("is not where there are several, or none", () => {
    expect(ways("dedupe", { after: "split" })).toEqual([]);
    expect(ways("chain", { after: "base" })).toEqual([]);
    expect(ways("base-model", { after: "chat" })).toEqual([]);
  });
  it("takes an input that it needs before an optional one, and the model where the graph has one", () => {
    expect(ways("lora-train", { after: "words" })).toEqual([
      "words.tokens > new.tokens",
      "base.model > new.model",
    ]);
    expect(ways("deploy", { after: "train" })).toEqual([
      "train.adapter > new.adapter",
      "base.model > new.model",
    ]);
  });
  it("is not given a model where the graph has two, nor rows that nobody chose", () => {
    const two = { ...file, nodes: [...file.nodes, node("other", "base-model")] };
    expect(ways("lora-train", { after: "words" }, two)).toEqual(["words.tokens > new.tokens"]);
    expect(ways("perplexity", { after: "train" })).not.toContain("rows.data > new.data");
  });
  it("gets the model beside a wire that was dropped", () => {
    const first = { from: "split.train", to: "new.data" };
    expect(ways("tokenize", { first })).toEqual(["base.model > new.model"]);
  });
});
