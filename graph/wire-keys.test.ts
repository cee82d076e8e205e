import fc from "fast-check";
import superjson from "superjson";
import { expect, test } from "vitest";
import { withAnyKeys } from "./wire-keys";

const key = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "~constructor",
    "~~__proto__",
    "toString",
    "a.b",
    "~",
  ),
  fc.string(),
);
const anything = fc.anything({
  key,
  values: [fc.string(), fc.integer(), fc.constant(null)],
  maxDepth: 3,
  withDate: true,
});

test("values with keys of any name arrive as they were sent", () => {
  const wire = withAnyKeys(superjson);
  fc.assert(
    fc.property(anything, (value) => {
      const sent = JSON.parse(JSON.stringify(wire.serialize(value)));
      expect(wire.deserialize(sent)).toEqual(value);
    }),
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
