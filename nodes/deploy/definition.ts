import { z } from "zod";
import { addressParam } from "@/graph/address";
import { defineNode } from "@/graph/define-node";
import { type Problem, problem } from "@/graph/problems";

export const deploy = defineNode({
  kind: "deploy",
  version: 1,
  codeVersion: 4,
  category: "ship",
  order: 20,
  icon: "rocket",
  aliases: [
    "serve",
    "serving",
    "publish",
    "release",
    "api",
    "openai",
    "inference server",
    "vllm",
    "production",
    "desplegar",
    "servir",
    "publicar",
    "implantar",
  ],
  params: z.object({
    slug: addressParam(),
    contextLength: z.number().int().min(128).max(131_072).default(2048).meta({ unit: "tokens" }),
    parallel: z.number().int().min(1).max(64).default(2).meta({ unit: "requests" }),
    temperature: z.number().min(0).max(2).default(0.7).meta({ widget: "slider" }),
    maxTokens: z.number().int().min(1).max(131_072).default(512).meta({ unit: "tokens" }),
    systemPrompt: z.string().default("").meta({ widget: "text", advanced: true }),
    foldInstructions: z.boolean().default(false).meta({ advanced: true }),
    automatic: z.boolean().default(false).meta({ advanced: true }),
    onlyIfBetter: z.boolean().default(false),
    allowPersonalData: z.boolean().default(false).meta({ advanced: true }),
  }),
  inputs: {
    model: { want: { type: "model" }, labels: "flow" },
    adapter: { want: { type: "adapter" }, labels: "flow", optional: true },
    report: { want: { type: "report" }, labels: "reads", optional: true },
  },
  outputs: { endpoint: { type: "endpoint" } },
  infer({ slug, contextLength, onlyIfBetter }, { model }) {
    return {
      endpoint: {
        type: "endpoint",
        slug,
        contextLength: Math.min(contextLength, model?.contextLength ?? contextLength),
        ...(model?.name && { model: model.name }),
        ...(onlyIfBetter && { onlyIfBetter }),
      },
    };
  },
  check({ contextLength, allowPersonalData, onlyIfBetter }, { model, adapter, report }) {
    const problems: Problem[] = [];
    if (onlyIfBetter && !report)
      problems.push(problem("nothing-measured", { port: "report", param: "onlyIfBetter" }));
    for (const [port, labels] of [
      ["model", model?.labels],
      ["adapter", adapter?.labels],
    ] as const) {
      if (labels?.pii === "found" && !allowPersonalData)
        problems.push(problem("personal-data", { port, param: "allowPersonalData" }));
    }
    if (adapter && model?.format === "gguf")
      problems.push(problem("adapter-on-gguf", { port: "adapter", adapter: "merge" }));
    if (adapter?.base && model?.identity && adapter.base !== model.identity)
      problems.push(problem("adapter-of-another-model", { port: "adapter" }));
    if (model?.contextLength && contextLength > model.contextLength) {
      const values = { contextLength, longest: model.contextLength };
      problems.push(problem("context-shortened", { param: "contextLength", severity: "warning" }, values));
    }
    return problems;
  },
  resources: (_params, { model }) => ({
    threads: 1,
    gpus: 0,
    memoryBytes: model?.format === "gguf" ? 200e6 : 500e6,
  }),
  estimate(_params, { model }) {
    const converted = model?.format === "gguf" ? 0 : (model?.parameters ?? 1e8);
    const seconds = 1 + converted * 12e-9;
    return { seconds, memoryBytes: 400e6, diskBytes: converted * 2, wattHours: (seconds * 30) / 3600 };
  },
  cache: "never",
  sideEffect: true,
  telling: ["slug", "contextLength", "parallel"],
});
