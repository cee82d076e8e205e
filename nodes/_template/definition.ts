import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { afterDropping, rowsOf } from "@/graph/ports";
import { putBack } from "@/graph/put-back";

export const newKind = defineNode({
  kind: "new-kind",
  version: 1,
  codeVersion: 1,
  category: "clean",
  icon: "sparkles",
  aliases: [],
  params: z.object({
    minCharacters: z.int().min(0).max(1_000_000).default(0).meta({ unit: "characters" }),
    putBack,
  }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: (_params, { data }) => ({
    ...(data && { data: afterDropping(data) }),
    ledger: { type: "dataset", shape: "table" },
  }),
  resources: () => ({ threads: 1, memoryBytes: 1024 ** 3, gpus: 0 }),
  estimate: (_params, { data }) => ({
    seconds: 1 + (rowsOf(data) ?? 1_000) / 50_000,
    memoryBytes: 512 * 1024 ** 2,
    diskBytes: data?.bytes ?? 1024 ** 2,
    wattHours: 0.01,
  }),
  cache: "content",
  scores: {
    characters: {
      unit: "characters",
      range: [0, 2_000],
      bounds: [{ rule: "too-short", param: "minCharacters", direction: "least" }],
    },
  },
  selector: { by: "bounds" },
  telling: ["minCharacters"],
});
