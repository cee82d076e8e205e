import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { type DatasetFacts, rowsOf } from "@/graph/ports";
import { type Problem, problem } from "@/graph/problems";
import { partSizes } from "./sizes";

export const split = defineNode({
  kind: "split",
  version: 1,
  codeVersion: 2,
  category: "data",
  order: 30,
  icon: "split",
  aliases: [
    "validation",
    "holdout",
    "held out",
    "test set",
    "train test split",
    "eval set",
    "partition",
    "dividir",
    "separar",
    "validación",
    "validação",
  ],
  params: z.object({
    by: z.enum(["shares", "rows"]).default("shares").meta({ widget: "select" }),
    validation: z.number().min(0).default(0.1),
    test: z.number().min(0).default(0.1),
    seed: z.int().min(0).default(42),
    stratify: z.string().trim().default("").meta({ widget: "column", advanced: true }),
    group: z.string().trim().default("").meta({ widget: "column", advanced: true }),
    folds: z.int().min(1).max(50).default(1).meta({ advanced: true }),
    fold: z.int().min(1).max(50).default(1).meta({ advanced: true }),
  }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
  outputs: { train: { type: "dataset" }, validation: { type: "dataset" }, test: { type: "dataset" } },
  infer: (params, { data }) => {
    if (!data) return {};
    const { rows, rowsAbout, bytes, ...rest } = data;
    // Groups are never cut, so their parts have no size known before.
    const counted = rows !== undefined && params.group === "";
    const about = rowsOf(data);
    const sizes = about === undefined ? undefined : partSizes(params, about);
    const part = (name: "train" | "validation" | "test"): { type: "dataset" } & DatasetFacts => ({
      ...rest,
      ...(sizes && { [counted ? "rows" : "rowsAbout"]: sizes[name] }),
    });
    return { train: part("train"), validation: part("validation"), test: part("test") };
  },
  check: (params, { data }) => {
    const problems: Problem[] = [];
    const { by, validation, test, folds, fold, stratify, group } = params;
    const taken = (folds > 1 ? 0 : validation) + test;
    if (by === "shares" && taken >= 1)
      problems.push(problem("split-shares", { param: "validation" }, { taken }));
    if (by === "rows" && !(Number.isInteger(validation) && Number.isInteger(test))) {
      problems.push(problem("split-whole-rows", { param: "validation" }));
    }
    if (fold > folds) problems.push(problem("split-fold", { param: "fold" }, { fold, folds }));
    if (stratify !== "" && group !== "") problems.push(problem("split-one-column", { param: "group" }));
    for (const [param, name] of [
      ["stratify", stratify],
      ["group", group],
    ] as const) {
      if (name !== "" && data?.columns && !data.columns.some((column) => column.name === name)) {
        const columns = data.columns.map((column) => column.name).join(", ");
        problems.push(problem("split-no-column", { param }, { column: name, columns }));
      }
    }
    return problems;
  },
  resources: () => ({ threads: 2, memoryBytes: 1024 ** 3, gpus: 0 }),
  estimate: (_params, { data }) => ({
    seconds: 1 + (rowsOf(data) ?? 1_000) / 100_000,
    memoryBytes: 512 * 1024 ** 2,
    diskBytes: data?.bytes ?? 1024 ** 2,
    wattHours: 0.01,
  }),
  cache: "content",
  telling: ["validation", "test", "seed"],
});
