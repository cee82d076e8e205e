import fc from "fast-check";
import { expect, test } from "vitest";
import { type Capacity, giveBack, resized, type Slot, take } from "./slots";

const capacity = fc.record({
  threads: fc.nat({ max: 64 }),
  memoryBytes: fc.nat({ max: 1_000 }),
  vram: fc.array(fc.nat({ max: 100 }), { maxLength: 4 }),
});
const slot: fc.Arbitrary<Slot> = fc.record({
  threads: fc.nat({ max: 8 }),
  memoryBytes: fc.nat({ max: 100 }),
  gpus: fc.uniqueArray(fc.record({ index: fc.nat({ max: 3 }), vramBytes: fc.nat({ max: 50 }) }), {
    selector: ({ index }) => index,
    maxLength: 2,
  }),
});
const fitting = (slots: readonly Slot[], { vram }: Capacity) =>
  slots.map((one) => ({ ...one, gpus: one.gpus.filter(({ index }) => index < vram.length) }));

test("however a machine changes under its jobs, all of it is free when they have ended", () => {
  fc.assert(
    fc.property(capacity, capacity, capacity, fc.array(slot, { maxLength: 5 }), (one, two, three, slots) => {
      const held = fitting(slots, one);
      let free: Capacity = held.reduce<Capacity>(take, one);
      free = resized(free, one, two);
      free = resized(free, two, three);
      for (const each of held) free = giveBack(free, each);
      expect([free.threads, free.memoryBytes]).toEqual([three.threads, three.memoryBytes]);
      expect(free.vram.slice(0, three.vram.length)).toEqual(three.vram);
      expect(free.vram.slice(three.vram.length).every((bytes) => bytes <= 0)).toBe(true);
    }),
  );
});
