import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { joinLabels } from "@/graph/labels";
import { catalogueModel } from "@/graph/model-catalogue";
import type { Labels, ModelFacts } from "@/graph/ports";
import { problem } from "@/graph/problems";

export const SOURCES = ["auto", "hub", "wheel", "folder", "file"] as const;

const params = z.object({
  model: z.string().trim().min(1).default("SmolLM2-135M-Instruct").meta({ widget: "model" }),
  source: z.enum(SOURCES).default("auto").meta({ widget: "select" }),
  path: z.string().trim().default("").meta({ widget: "path" }),
  revision: z.string().trim().min(1).default("main").meta({ widget: "text", advanced: true }),
});
type Params = z.output<typeof params>;

export const baseModel = defineNode({
  kind: "base-model",
  version: 1,
  codeVersion: 3,
  category: "model",
  order: 10,
  icon: "box",
  aliases: [
    "huggingface",
    "hf",
    "hub",
    "llama",
    "llm",
    "checkpoint",
    "pretrained",
    "weights",
    "gguf",
    "safetensors",
    "download",
    "load model",
    "modelo",
    "pesos",
    "descargar",
    "baixar",
  ],
  opens: { endings: ["gguf"], params: (path) => ({ source: "file", path }) },
  params,
  inputs: {},
  outputs: { model: { type: "model" } },
  infer: (params, _inputs, probe) => ({
    model: { type: "model", ...stated(params, (probe as ModelFacts | undefined) ?? expected(params)) },
  }),
  check(params) {
    const local = params.source === "folder" || params.source === "file";
    if (local && params.path === "")
      return [problem("path-needed", { param: "path" }, { source: params.source })];
    const known = catalogueModel(params.model);
    if (!local && !known && !/^[\w.-]+\/[\w.-]+$/.test(params.model)) {
      return [problem("model-unknown", { param: "model" }, { model: params.model })];
    }
    if (params.source === "wheel" && !known?.wheel) {
      return [problem("no-wheel", { param: "source" }, { model: params.model })];
    }
    return [];
  },
  resources: () => ({ threads: 1, memoryBytes: 768 * 1024 ** 2, gpus: 0 }),
  /** At 20 MB a second from afar; a local model is linked or copied. */
  estimate(params) {
    const bytes = catalogueModel(params.model)?.bytes ?? 2e9;
    const seconds = 1 + bytes / (params.source === "folder" ? 1e9 : 20e6);
    return { seconds, memoryBytes: 400e6, diskBytes: bytes, wattHours: (seconds * 10) / 3600 };
  },
  cache: "content",
  files: ["path"],
  namedAfter: "path",
  telling: ["model", "source"],
});

/** What the catalogue says of a model that is not here yet. */
function expected({ model, source }: Params): ModelFacts {
  const known = source === "folder" || source === "file" ? undefined : catalogueModel(model);
  if (!known) return { format: "safetensors" };
  const { title, family, parameters, contextLength, licence, bytes } = known;
  return { name: title, family, parameters, format: "safetensors", contextLength, licence, bytes };
}

/**
 * With its labels: what a base model has read is its publisher's business, so Telar has found no personal data in it,
 * unless its files say that they were made of some.
 */
export function stated({ model, source, path }: Params, facts: ModelFacts): ModelFacts {
  const local = source === "folder" || source === "file";
  const origin = local ? path.split("/").findLast((part) => part !== "") : catalogueModel(model)?.repository;
  const labels: Labels = { pii: "none", origins: [origin ?? model] };
  const licensed: Labels = facts.licence ? { ...labels, licences: [facts.licence] } : labels;
  return { ...facts, labels: joinLabels(licensed, facts.labels ?? {}) };
}
