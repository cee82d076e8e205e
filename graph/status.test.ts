import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyGraph } from "./_testing";
import { diffGraphs, isEmptyDiff } from "./diff";
import { NODE_RUN_STATUSES } from "./run-view";
import { foldRun, isTerminal } from "./status";

describe("a run's status", () => {
  it.each([
    [["SUCCEEDED", "CACHED"], "SUCCEEDED"],
    [["SUCCEEDED", "FAILED", "SKIPPED"], "FAILED"],
    [["SUCCEEDED", "CANCELLED"], "CANCELLED"],
    [["FAILED", "CANCELLED"], "FAILED"],
    [["READY", "PENDING"], "QUEUED"],
    [["CACHED", "READY"], "RUNNING"],
    [["SUCCEEDED", "WAITING", "PENDING"], "WAITING"],
    [["RUNNING", "WAITING"], "RUNNING"],
  ] as const)("%j is %s", (statuses, expected) => {
    expect(foldRun(statuses)).toBe(expected);
  });

  it("is final exactly when every node is, whatever their order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...NODE_RUN_STATUSES), { minLength: 1 }), (statuses) => {
        const final = ["SUCCEEDED", "FAILED", "CANCELLED"].includes(foldRun(statuses));
        expect(final).toBe(statuses.every(isTerminal));
        expect(foldRun([...statuses].reverse())).toBe(foldRun(statuses));
      }),
    );
  });
});

describe("the difference of two graphs", () => {
  it("is empty for layout, notes and order, and turns around with its arguments", () => {
    fc.assert(
      fc.property(anyGraph, anyGraph, (a, b) => {
        expect(
          isEmptyDiff(
            diffGraphs(a, { ...a, layout: {}, notes: [], pinned: [], nodes: [...a.nodes].reverse() }),
          ),
        ).toBe(true);
        const [there, back] = [diffGraphs(a, b), diffGraphs(b, a)];
        expect(there.added).toEqual(back.removed);
        expect(there.changed.map((c) => c.id).sort()).toEqual(back.changed.map((c) => c.id).sort());
      }),
    );
  });
});
