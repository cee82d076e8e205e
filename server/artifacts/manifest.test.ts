import { expect, test } from "vitest";
import { joinLabels, labelsOf } from "@/graph/labels";
import { manifestDigest, manifestSchema, portType } from "./manifest";

/** As version 1 of `dataset-file`, `merge` and `deploy` wrote them. */
const old = (facts: object, type = "dataset") => manifestSchema.parse({ type, facts, files: [] });

test("a manifest of an earlier version is read with today's labels, and its digest stays", () => {
  const manifest = old({
    shape: "chat",
    rows: 3,
    labels: { pii: "masked", licence: "MIT", origin: "faq.jsonl sha256:ab" },
  });
  const digest = manifestDigest(manifest);
  expect(portType(manifest)).toEqual({
    type: "dataset",
    shape: "chat",
    rows: 3,
    labels: { pii: "masked", licences: ["MIT"], origins: ["faq.jsonl sha256:ab"] },
  });
  expect(manifestDigest(manifest)).toBe(digest);
});

test("what an earlier version said nothing of is unknown where it is data, and joins as that", () => {
  const silent = portType(old({ base: "sha256:b", rank: 16 }, "adapter"));
  expect(labelsOf(silent)).toEqual({ pii: "unknown" });
  expect(joinLabels(labelsOf(silent), { pii: "masked" })).toEqual({ pii: "unknown" });
  expect(labelsOf(portType(old({ name: "SmolLM2", licence: "apache-2.0" }, "model")))).toEqual({
    pii: "none",
  });
});
