import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fieldProblem, formModel, readNumber, showNumber } from "./form-model";

const params = z.object({
  path: z.string().meta({ widget: "path" }),
  rank: z.int().min(4).max(64).default(16).meta({ widget: "slider" }),
  learningRate: z.number().min(1e-6).max(1e-2).default(2e-4),
  rows: z.int().min(1).optional().meta({ unit: "rows" }),
  schedule: z.enum(["cosine", "linear"]).default("cosine"),
  targets: z.array(z.enum(["q", "k", "v"])).default(["q", "v"]),
  rsLora: z.boolean().default(false).meta({ advanced: true }),
  seed: z.int().default(17).meta({ advanced: true }),
  nothing: z.union([z.literal("first"), z.literal("longest")]).default("first"),
  limit: z.number().nullable().default(null),
});
const byName = Object.fromEntries(formModel({ params }).map((f) => [f.name, f]));

describe("formModel", () => {
  it("gives each parameter the widget its schema asks for", () => {
    expect(Object.fromEntries(Object.values(byName).map((f) => [f.name, f.widget]))).toEqual({
      path: "path",
      rank: "slider",
      learningRate: "number",
      rows: "number",
      schedule: "select",
      targets: "multiselect",
      nothing: "select",
      limit: "number",
      rsLora: "switch",
      seed: "number",
    });
  });

  it("knows ranges, units, defaults and options", () => {
    expect(byName.rank).toMatchObject({ min: 4, max: 64, step: 1, integer: true, default: 16 });
    expect(byName.rows).toMatchObject({ unit: "rows", min: 1, optional: true });
    expect(byName.schedule?.options).toEqual(["cosine", "linear"]);
    expect(byName.targets?.options).toEqual(["q", "k", "v"]);
    expect(byName.seed?.max).toBeUndefined();
    expect(byName.limit).toMatchObject({ optional: true, default: null });
  });

  it("puts advanced parameters last", () => {
    expect(
      formModel({ params })
        .slice(-2)
        .map((f) => f.name),
    ).toEqual(["rsLora", "seed"]);
  });
});

describe("fieldProblem", () => {
  it("says what is wrong with a value", () => {
    expect(fieldProblem({ params }, "rank", 2)).toEqual({ code: "too-small", min: 4 });
    expect(fieldProblem({ params }, "rank", 99)).toEqual({ code: "too-big", max: 64 });
    expect(fieldProblem({ params }, "rank", 5.5)).toEqual({ code: "not-whole" });
    expect(fieldProblem({ params }, "learningRate", "fast")).toEqual({ code: "not-a-number" });
    expect(fieldProblem({ params }, "path", undefined)).toEqual({ code: "missing" });
  });
  it("accepts good values and defaults", () => {
    expect(fieldProblem({ params }, "rank", 16)).toBeUndefined();
    expect(fieldProblem({ params }, "rank", undefined)).toBeUndefined();
  });
});

describe("numbers", () => {
  it("reads what people type", () => {
    expect(["2e-4", "0,5", "1 240", " 7 ", ".005", "1,240.5", "x", ""].map(readNumber)).toEqual([
      2e-4,
      0.5,
      1240,
      7,
      0.005,
      undefined,
      undefined,
      undefined,
    ]);
  });
  it("shows small rates with an exponent", () => {
    expect([0.0002, 0.005, 16, 0.00001].map((value) => showNumber(value, "en"))).toEqual([
      "2e-4",
      "0.005",
      "16",
      "1e-5",
    ]);
    expect(showNumber(1.5e-4, "es")).toBe("1,5e-4");
    expect(showNumber(0.7, "pt")).toBe("0,7");
    expect(readNumber(showNumber(1.5e-4, "es"))).toBe(1.5e-4);
  });
});
