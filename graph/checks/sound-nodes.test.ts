import { expect, it } from "vitest";
import type { GraphFile } from "../document";
import { problem } from "../problems";
import { soundNodes } from "./sound-nodes";

const file: GraphFile = {
  telar: 1,
  name: "fork",
  nodes: ["a", "b", "c", "d"].map((id) => ({ id, kind: "clean", version: 1, params: {} })),
  wires: [
    { from: "a.data", to: "b.data" },
    { from: "b.data", to: "c.data" },
    { from: "a.data", to: "d.data" },
  ],
};
const order = ["a", "b", "c", "d"];

it("leaves out what has an error and all that needs it", () => {
  expect(soundNodes(file, order, [])).toEqual(order);
  expect(soundNodes(file, order, [problem("x", { node: "b" })])).toEqual(["a", "d"]);
  expect(soundNodes(file, order, [problem("x", { node: "a" })])).toEqual([]);
});

it("knows no sound node where the error is the graph's", () => {
  expect(soundNodes(file, order, [problem("cycle", {})])).toEqual([]);
});
