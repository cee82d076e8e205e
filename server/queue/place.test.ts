import fc from "fast-check";
import { expect, test } from "vitest";
import { RunPriority } from "@/generated/prisma/enums";
import { movedPlace, type Place } from "./place";

const LEVELS = [RunPriority.HIGH, RunPriority.NORMAL, RunPriority.LOW];
const sorted = (runs: readonly Place[]) =>
  [...runs].sort((a, b) => LEVELS.indexOf(a.priority) - LEVELS.indexOf(b.priority) || a.rank - b.rank);
const queue = fc
  .array(fc.record({ priority: fc.constantFrom(...LEVELS), rank: fc.integer({ min: 0, max: 1e6 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((runs) => sorted(runs.map((run, i) => ({ ...run, rank: run.rank + i / 16, id: `r${i}` }))));

test("a moved run stands where it was put, and the others keep their order", () => {
  fc.assert(
    fc.property(queue, fc.nat(), fc.nat(), (order, from, to) => {
      const moved = order[from % order.length]!;
      const others = order.filter((run) => run !== moved);
      const before = others[to % (others.length + 1)];
      const place = movedPlace(order, moved.id, before?.id ?? null)!;
      const wanted = others.map(({ id }) => id);
      wanted.splice(before ? others.indexOf(before) : others.length, 0, moved.id);
      expect(sorted([...others, { ...place, id: moved.id }]).map(({ id }) => id)).toEqual(wanted);
    }),
  );
});

test("a run that left the queue is not moved", () => {
  expect(movedPlace([], "gone", null)).toBeUndefined();
  expect(movedPlace([{ id: "a", priority: "NORMAL", rank: 1 }], "a", "gone")).toBeUndefined();
});
