import { describe, expect, it } from "vitest";
import { readGraph } from "@/graph/read-graph";
import { onLastResults } from "./on-last-results";

const file = readGraph({
  telar: 1,
  name: "x",
  nodes: ["a", "b", "c", "d"].map((id) => ({
    id,
    kind: "pii",
    version: 1,
    ...(id === "b" ? { state: "muted" } : {}),
  })),
  wires: [
    { from: "a.data", to: "b.data" },
    { from: "b.data", to: "c.data" },
    { from: "c.data", to: "d.data" },
  ],
}).file!;
const digest = `sha256:${"0".repeat(64)}`;
const last = { outputs: { data: { digest } } } as never;

describe("running only these nodes", () => {
  it("takes what comes before as it came out last, and leaves the rest alone", () => {
    const made = onLastResults(file, ["c"], { a: { last }, b: { last }, c: { last }, d: { last } });
    expect(made.nodes.map((n) => [n.id, n.state, n.frozen])).toEqual([
      ["a", "frozen", { data: digest }],
      ["b", "muted", undefined],
      ["c", undefined, undefined],
      ["d", undefined, undefined],
    ]);
  });

  it("runs what has no result yet", () => {
    expect(onLastResults(file, ["c"], { a: { last: null } })).toEqual(file);
  });
});
