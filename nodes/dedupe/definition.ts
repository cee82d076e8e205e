import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { afterDropping, rowsOf } from "@/graph/ports";
import { putBack } from "@/graph/put-back";

export const dedupe = defineNode({
  kind: "dedupe",
  version: 1,
  codeVersion: 4,
  category: "clean",
  order: 20,
  icon: "copy-minus",
  aliases: [
    "deduplicate",
    "deduplication",
    "duplicates",
    "unique",
    "distinct",
    "repeated rows",
    "minhash",
    "duplicados",
    "repetidos",
    "únicos",
    "clean",
    "limpiar",
    "duplicatas",
    "deduplicar",
    "limpar",
  ],
  params: z.object({
    method: z.enum(["exact"]).default("exact").meta({ widget: "select" }),
    compare: z.enum(["row", "question", "answer"]).default("row").meta({ widget: "select" }),
    keep: z.enum(["first", "longest"]).default("first").meta({ widget: "select" }),
    ignoreCase: z.boolean().default(false),
    ignoreSpace: z.boolean().default(false),
    ignoreForms: z.boolean().default(false),
    ignorePunctuation: z.boolean().default(false),
    putBack,
  }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: (_params, { data }) => {
    if (!data) return { ledger: { type: "dataset", shape: "table" } };
    return { data: afterDropping(data), ledger: { type: "dataset", shape: "table" } };
  },
  resources: () => ({ threads: 2, memoryBytes: 1024 ** 3, gpus: 0 }),
  estimate: (_params, { data }) => ({
    seconds: 1 + (rowsOf(data) ?? 1_000) / 15_000,
    memoryBytes: 512 * 1024 ** 2,
    diskBytes: data?.bytes ?? 1024 ** 2,
    wattHours: 0.01,
  }),
  cache: "content",
  scores: { copies: { unit: "rows", range: [1, 100], bounds: [] } },
  selector: { by: "clusters", keep: "keep" },
  telling: ["method", "compare", "keep"],
});
