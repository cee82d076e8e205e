import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunView } from "@/graph/run-view";
import { addPoints, foldCurves, foldProgress } from "./live-fold";

const run = {
  run: "r",
  number: 1,
  nodes: [
    { id: "train", status: "RUNNING" },
    { id: "eval", status: "PENDING" },
  ],
} as unknown as RunView;

describe("foldProgress", () => {
  it("moves only nodes that run", () => {
    const progress = { done: 3, total: 9, unit: "steps" };
    const next = foldProgress(run, {
      nodes: { train: { progress, points: [] }, eval: { progress, points: [] } },
    });
    expect(next.nodes[0]).toMatchObject({ progress });
    expect(next.nodes[1]).toBe(run.nodes[1]);
  });
});

describe("foldCurves", () => {
  it("appends points and lets a repeated step win", () => {
    const first = foldCurves(
      {},
      {
        nodes: {
          train: {
            progress: null,
            points: [
              { name: "loss", step: 1, value: 3 },
              { name: "loss", step: 2, value: 2 },
            ],
          },
        },
      },
    );
    const second = foldCurves(first, {
      nodes: {
        train: {
          progress: null,
          points: [
            { name: "loss", step: 2, value: 1.9 },
            { name: "loss", step: 3, value: 1 },
          ],
        },
      },
    });
    expect(second.train?.loss).toEqual([
      { step: 1, value: 3 },
      { step: 2, value: 1.9 },
      { step: 3, value: 1 },
    ]);
    expect(first.train?.loss).toHaveLength(2);
  });

  it("keeps steps in order however messages overlap", () => {
    const points = fc.array(fc.record({ step: fc.nat(60), value: fc.double({ noNaN: true }) }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(points, points, (a, b) => {
        const steps = addPoints(addPoints([], a), b).map((p) => p.step);
        expect(steps).toEqual([...new Set([...a, ...b].map((p) => p.step))].sort((x, y) => x - y));
      }),
    );
  });
});
