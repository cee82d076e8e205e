import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { testCatalogue } from "./_testing";
import { emptyGraph } from "./document";
import { inferGraph } from "./infer";
import { joinLabels, labelOutputs, labelsOf, readFacts } from "./labels";
import { type Labels, PII, type Pii } from "./ports";

const members = fc.option(
  fc.uniqueArray(fc.constantFrom("mit", "human", "synthetic:x", "a/b", "__proto__")),
  {
    nil: undefined,
  },
);
const labels: fc.Arbitrary<Labels> = fc
  .record({
    pii: fc.option(fc.constantFrom(...PII), { nil: undefined }),
    licences: members,
    origins: members,
    evaluation: members,
  })
  .map(
    (made) => Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined)) as Labels,
  );

/** `a` says nothing that `b` does not say, or say more carefully. */
const below = (a: Labels, b: Labels) =>
  (a.pii === undefined || PII.indexOf(a.pii) <= PII.indexOf(b.pii ?? "none")) &&
  (["licences", "origins", "evaluation"] as const).every((name) =>
    (a[name] ?? []).every((one) => b[name]?.includes(one)),
  );

describe("the join of labels", () => {
  it("is commutative, associative and idempotent", () => {
    fc.assert(
      fc.property(labels, labels, labels, (a, b, c) => {
        expect(joinLabels(a, b)).toEqual(joinLabels(b, a));
        expect(joinLabels(joinLabels(a, b), c)).toEqual(joinLabels(a, joinLabels(b, c)));
        expect(joinLabels(joinLabels(a, b), b)).toEqual(joinLabels(a, b));
        expect(joinLabels(a, {})).toEqual(joinLabels(a, a));
      }),
    );
  });

  it("never says less than either side, nor less when one side says more", () => {
    fc.assert(
      fc.property(labels, labels, labels, (a, b, c) => {
        expect(below(a, joinLabels(a, b))).toBe(true);
        expect(below(joinLabels(a, c), joinLabels(joinLabels(a, b), c))).toBe(true);
      }),
    );
  });

  it.each<[Pii, Pii, Pii]>([
    ["found", "unknown", "found"],
    ["unknown", "masked", "unknown"],
    ["masked", "none", "masked"],
    ["found", "masked", "found"],
  ])("of %s and %s is %s", (a, b, joined) => {
    expect(joinLabels({ pii: a }, { pii: b }).pii).toBe(joined);
  });
});

test("silence means unknown for data and adapters, and none for a base model", () => {
  expect(labelsOf({ type: "dataset", shape: "table" }).pii).toBe("unknown");
  expect(labelsOf({ type: "tokens" }).pii).toBe("unknown");
  expect(labelsOf({ type: "adapter" }).pii).toBe("unknown");
  expect(labelsOf({ type: "model" }).pii).toBe("none");
  expect(labelsOf({ type: "adapter", labels: { pii: "masked" } }).pii).toBe("masked");
});

describe("outputs", () => {
  const ports = {
    inputs: {
      data: { want: { type: "dataset" }, labels: "flow", list: true },
      bench: { want: { type: "dataset" }, labels: "reads" },
    },
  } as const;
  const data = (labels: Labels) => ({ type: "dataset", shape: "text", labels }) as const;
  const label = (inputs: object, own: Labels = {}, relabel?: () => { out: { pii: Pii } }) =>
    labelOutputs({ ...ports, ...(relabel && { relabel }) }, {}, inputs as never, { out: data(own) }).out
      .labels;

  it("carry the join of every slot that flows in, and nothing of what is only read", () => {
    const slots = {
      a: data({ pii: "masked", origins: ["x"] }),
      b: data({ pii: "found", licences: ["mit"] }),
    };
    expect(label({ data: slots, bench: data({ pii: "found", evaluation: ["ifeval"] }) })).toEqual({
      pii: "found",
      licences: ["mit"],
      origins: ["x"],
    });
    expect(label({ bench: data({ pii: "masked" }) })).toEqual({ pii: "unknown" });
  });

  it("say what they know of themselves on top", () => {
    const flowing = { data: { a: data({ pii: "masked", origins: ["x"] }) } };
    expect(label(flowing, { pii: "found", origins: ["synthetic:y"] })).toEqual({
      pii: "found",
      origins: ["synthetic:y", "x"],
    });
  });

  it("are lowered only where the kind declares it, and what was found again counts again", () => {
    const flowing = { data: { a: data({ pii: "found", origins: ["x"] }) } };
    const masks = () => ({ out: { pii: "masked" as const } });
    expect(label(flowing, {}, masks)).toEqual({ pii: "masked", origins: ["x"] });
    expect(label(flowing, { pii: "found" }, masks)?.pii).toBe("found");
  });

  it("are labelled while editing", () => {
    const file = {
      ...emptyGraph("test"),
      nodes: ["source", "chat", "clean"].map((kind) => ({ id: kind, kind, version: 1, params: {} })),
      wires: [
        { from: "source.data", to: "chat.data" },
        { from: "chat.data", to: "clean.data" },
      ],
    };
    const { types } = inferGraph(file, testCatalogue);
    expect(types["clean.data"]?.labels).toEqual({ pii: "unknown" });
    expect(types["clean.ledger"]?.labels).toEqual({ pii: "unknown" });
  });
});

describe("facts of an earlier version", () => {
  it("are read with their one licence and origin as sets", () => {
    expect(
      readFacts("dataset", {
        shape: "chat",
        labels: { pii: "masked", licence: "MIT", origin: "faq.jsonl sha256:ab" },
      }),
    ).toEqual({
      type: "dataset",
      shape: "chat",
      labels: { pii: "masked", licences: ["MIT"], origins: ["faq.jsonl sha256:ab"] },
    });
  });

  it("without a mark are unknown where they are data", () => {
    expect(labelsOf(readFacts("dataset", { shape: "text", labels: { origin: "x" } })).pii).toBe("unknown");
    expect(labelsOf(readFacts("adapter", { base: "sha256:b" })).pii).toBe("unknown");
    expect(labelsOf(readFacts("model", {})).pii).toBe("none");
  });

  it("stay as they are when they are of this version, whatever strangers wrote into them", () => {
    fc.assert(
      fc.property(labels, (own) => {
        const once = readFacts("dataset", { shape: "text", labels: own });
        expect(readFacts("dataset", once)).toEqual(once);
        expect(joinLabels(once.labels ?? {}, {})).toEqual(joinLabels(own, {}));
      }),
    );
    expect(readFacts("dataset", { labels: { pii: "clean!", licences: [1, "mit"], origins: "x" } })).toEqual({
      type: "dataset",
      labels: { pii: "unknown", licences: ["mit"] },
    });
    expect(readFacts("dataset", { labels: "none" })).toEqual({ type: "dataset" });
  });
});
