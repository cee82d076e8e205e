import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { afterDropping, type Labels, rowsOf } from "@/graph/ports";
import { putBack } from "@/graph/put-back";

export const PII_TYPES = ["email", "phone", "card"] as const;
export type PiiType = (typeof PII_TYPES)[number];

export const pii = defineNode({
  kind: "pii",
  version: 1,
  codeVersion: 3,
  category: "clean",
  order: 10,
  icon: "shield-check",
  params: z.object({
    mode: z.enum(["report", "mask", "drop"]).default("mask").meta({ widget: "select" }),
    types: z
      .array(z.enum(PII_TYPES))
      .min(1)
      .default([...PII_TYPES])
      .meta({ widget: "multiselect" }),
    putBack,
  }),
  inputs: { data: { want: { type: "dataset" } } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: ({ mode, types, putBack: back }, { data }) => {
    const ledger = { type: "dataset", shape: "table" } as const;
    if (!data) return { ledger };
    const { bytes, ...same } = data;
    const labels = back?.length ? data.labels : labelsAfter(data.labels, mode, types, undefined);
    return {
      data: { ...(mode === "drop" ? afterDropping(data) : same), ...(labels && { labels }) },
      ledger,
    };
  },
  resources: () => ({ threads: 1, memoryBytes: 1024 ** 3, device: "cpu" }),
  estimate: (_params, { data }) => ({
    seconds: 1 + (rowsOf(data) ?? 1_000) / 15_000,
    memoryBytes: 512 * 1024 ** 2,
    diskBytes: data?.bytes ?? 1024 ** 2,
    wattHours: 0.01,
  }),
  cache: "content",
  telling: ["mode", "types"],
});

/** `found` is how many rows hold personal data, once known. Only masking or dropping every type clears the mark. */
export function labelsAfter(
  labels: Labels | undefined,
  mode: "report" | "mask" | "drop",
  types: readonly PiiType[],
  found: number | undefined,
): Labels | undefined {
  if (mode === "report") return found ? { ...labels, pii: "found" } : labels;
  return PII_TYPES.every((type) => types.includes(type)) ? { ...labels, pii: "masked" } : labels;
}
