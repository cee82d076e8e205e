import fc from "fast-check";
import { expect, test } from "vitest";
import { observedOf, type Seen } from "./observed-of";

const failure = { reason: "model-aborts-at-load", values: { how: "SIGABRT", detail: "assert" } };
const at = (state: Seen["state"], generation = 2): Seen => ({
  generation,
  state,
  failure: state === "FAILED" ? failure : null,
});
const wanted = { desired: "READY", generation: 2, fresh: false } as const;

test("one gateway that answers is enough, and a failure keeps its reason", () => {
  expect(observedOf(wanted, [at("FAILED"), at("READY")])).toEqual({ observed: "READY", failure: null });
  expect(observedOf(wanted, [at("FAILED"), at("STARTING")])).toEqual({ observed: "STARTING", failure: null });
  expect(observedOf(wanted, [at("FAILED")])).toEqual({ observed: "FAILED", failure });
});

test("without a living gateway nothing is ready, and it is said why", () => {
  expect(observedOf(wanted, [])).toEqual({
    observed: "STOPPED",
    failure: { reason: "no-gateway", values: {} },
  });
  expect(observedOf({ ...wanted, fresh: true }, [])).toEqual({ observed: "STARTING", failure: null });
  expect(observedOf({ ...wanted, desired: "STOPPED" }, [])).toEqual({ observed: "STOPPED", failure: null });
});

test("what was seen of an earlier wish says nothing about this one", () => {
  expect(observedOf(wanted, [at("READY", 1)])).toEqual({ observed: "STARTING", failure: null });
  // A stop that no gateway has carried out yet: it still answers.
  expect(observedOf({ ...wanted, desired: "STOPPED" }, [at("READY", 1)]).observed).toBe("READY");
});

test("READY is never shown that no gateway saw", () => {
  const states = fc.constantFrom("STOPPED", "STARTING", "READY", "FAILED");
  const seen = fc.array(fc.record({ generation: fc.integer({ min: 1, max: 3 }), state: states }));
  fc.assert(
    fc.property(states, seen, fc.boolean(), (desired, list, fresh) => {
      const all = list.map((one) => ({ ...one, failure: null })) as Seen[];
      const { observed } = observedOf({ desired, generation: 2, fresh } as never, all);
      if (observed === "READY") expect(all.some(({ state }) => state === "READY")).toBe(true);
    }),
  );
});
