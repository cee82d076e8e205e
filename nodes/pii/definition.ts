import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { afterDropping, rowsOf } from "@/graph/ports";
import { putBack } from "@/graph/put-back";

export const PII_TYPES = ["email", "phone", "card"] as const;
export type PiiType = (typeof PII_TYPES)[number];

export const pii = defineNode({
  kind: "pii",
  version: 1,
  codeVersion: 4,
  category: "clean",
  order: 10,
  icon: "shield-check",
  aliases: [
    "gdpr",
    "lgpd",
    "privacy",
    "anonymize",
    "anonymise",
    "redaction",
    "mask",
    "email",
    "phone",
    "scrub",
    "personal information",
    "privacidad",
    "anonimizar",
    "enmascarar",
    "datos personales",
    "privacidade",
    "mascarar",
    "dados pessoais",
    "clean",
    "limpiar",
    "limpar",
  ],
  params: z.object({
    mode: z.enum(["report", "mask", "drop"]).default("mask").meta({ widget: "select" }),
    types: z
      .array(z.enum(PII_TYPES))
      .min(1)
      .default([...PII_TYPES])
      .meta({ widget: "multiselect" }),
    putBack,
  }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: ({ mode, putBack: back }, { data }) => {
    const ledger = { type: "dataset", shape: "table" } as const;
    if (!data) return { ledger };
    const { bytes, labels, ...same } = data;
    // Only rows with personal data are ever put back.
    const stated = back?.length ? { labels: { pii: "found" } as const } : {};
    return { data: { ...(mode === "drop" ? afterDropping(same) : same), ...stated }, ledger };
  },
  /** Only masking or dropping every type clears the mark. The ledger keeps what stood there. */
  relabel: ({ mode, types }) =>
    mode !== "report" && PII_TYPES.every((type) => types.includes(type)) ? { data: { pii: "masked" } } : {},
  resources: () => ({ threads: 1, memoryBytes: 1024 ** 3, gpus: 0 }),
  estimate: (_params, { data }) => ({
    seconds: 1 + (rowsOf(data) ?? 1_000) / 15_000,
    memoryBytes: 512 * 1024 ** 2,
    diskBytes: data?.bytes ?? 1024 ** 2,
    wattHours: 0.01,
  }),
  cache: "content",
  telling: ["mode", "types"],
});
