import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { problem } from "@/graph/problems";
import { isPlainPrecision, TYPES, typeTable } from "./types";

export const quantize = defineNode({
  kind: "quantize",
  version: 1,
  codeVersion: 4,
  category: "ship",
  order: 10,
  icon: "shrink",
  aliases: [
    "gguf",
    "quantise",
    "quantization",
    "quant",
    "compress",
    "shrink",
    "llama.cpp",
    "4 bit",
    "int4",
    "int8",
    "q4",
    "q8",
    "cuantizar",
    "cuantización",
    "comprimir",
    "quantizar",
    "quantização",
  ],
  params: z.object({ type: z.enum(TYPES).default("Q4_K_M").meta({ widget: "select" }) }),
  inputs: { model: { want: { type: "model" }, labels: "flow" } },
  outputs: { model: { type: "model" } },
  infer({ type }, { model }) {
    if (!model) return {};
    const { identity: _other, bytes: _larger, ...kept } = model;
    const bytes = model.parameters && Math.round((model.parameters * typeTable[type].bits) / 8);
    return {
      model: { ...kept, format: "gguf", precision: type, source: "quantize", ...(bytes && { bytes }) },
    };
  },
  check(_params, { model }) {
    if (model?.format !== "gguf" || isPlainPrecision(model.precision)) return [];
    return [problem("already-quantised", { port: "model" }, { precision: model.precision ?? "" })];
  },
  resources: ({ type }, { model }) => ({
    threads: type === "F16" ? 1 : 2,
    gpus: 0,
    memoryBytes: 500e6 + 2 * weightsOf(model),
  }),
  estimate({ type }, { model }) {
    const parameters = weightsOf(model);
    const seconds =
      2 + parameters * (typeTable[type].secondsPerWeight + (model?.format === "gguf" ? 0 : 8e-9));
    return {
      seconds,
      memoryBytes: 300e6 + 2 * parameters,
      diskBytes: parameters * (typeTable[type].bits / 8 + (model?.format === "gguf" ? 0 : 2)),
      wattHours: (seconds * 30) / 3600,
    };
  },
  cache: "content",
  isolate: true,
  telling: ["type"],
});

/** Number of weights; where only the size is known, two bytes a weight are assumed. */
function weightsOf(model: { parameters?: number; bytes?: number } | undefined): number {
  return model?.parameters ?? (model?.bytes ?? 2e9) / 2;
}
