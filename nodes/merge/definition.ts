import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { problem } from "@/graph/problems";

const params = z.object({
  precision: z
    .enum(["base", "F32", "F16", "BF16"])
    .default("base")
    .meta({ widget: "select", advanced: true }),
});

/** Weights read, changed and written in a second on one core. */
const WEIGHTS_A_SECOND = 2.5e7;
const PARAMETERS = 1.35e8;

export const merge = defineNode({
  kind: "merge",
  version: 1,
  codeVersion: 3,
  category: "train",
  order: 20,
  icon: "merge",
  aliases: [
    "fuse",
    "bake",
    "combine",
    "export",
    "safetensors",
    "fusionar",
    "unir",
    "mesclar",
    "fundir",
    "juntar",
  ],
  params,
  inputs: {
    model: { want: { type: "model", formats: ["safetensors"] }, labels: "flow" },
    adapter: { want: { type: "adapter" }, labels: "flow" },
  },
  outputs: { model: { type: "model" } },
  infer({ precision }, { model }) {
    if (!model) return { model: { type: "model", format: "safetensors" } };
    const { identity: _identity, bytes: _bytes, source: _source, labels: _labels, ...kept } = model;
    return {
      model: {
        ...kept,
        format: "safetensors",
        ...(precision === "base" ? {} : { precision }),
      },
    };
  },
  check(_params, { model, adapter }) {
    if (!model?.identity || !adapter?.base || model.identity === adapter.base) return [];
    return [problem("adapter-other-base", { port: "adapter" })];
  },
  /** One weight at a time: the largest is the embedding, about a fifth of a small model. */
  resources: (_params, { model }) => ({
    threads: 1,
    memoryBytes: Math.round(250e6 + (model?.parameters ?? PARAMETERS) * 2),
    gpus: 0,
  }),
  estimate(_params, { model }) {
    const parameters = model?.parameters ?? PARAMETERS;
    const seconds = 1 + parameters / WEIGHTS_A_SECOND;
    return {
      seconds,
      memoryBytes: Math.round(250e6 + parameters * 2),
      diskBytes: model?.bytes ?? parameters * 4,
      wattHours: (seconds * 15) / 3600,
    };
  },
  cache: "content",
  telling: ["precision"],
});
