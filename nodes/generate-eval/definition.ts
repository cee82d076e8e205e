import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { type Problem, problem } from "@/graph/problems";

/** From `telar run examples/support-assistant.json` on two cores: 16 answers of SmolLM2-135M in 26 s, conversion included. */
const TOKENS_A_SECOND = 60;

export const generateEval = defineNode({
  kind: "generate-eval",
  version: 1,
  codeVersion: 7,
  category: "evaluate",
  order: 20,
  icon: "message-square-text",
  aliases: [
    "evaluate",
    "evaluation",
    "eval",
    "generate",
    "inference",
    "bleu",
    "rouge",
    "exact match",
    "before and after",
    "compare models",
    "evaluar",
    "comparar",
    "generar",
    "avaliar",
    "gerar",
  ],
  params: z.object({
    samples: z.int().min(1).max(1000).default(16).meta({ unit: "rows" }),
    maxTokens: z.int().min(1).max(2048).default(96).meta({ unit: "tokens" }),
    temperature: z.number().min(0).max(2).default(0).meta({ widget: "slider", step: 0.05, advanced: true }),
    seed: z.int().min(0).default(42).meta({ advanced: true }),
    date: z.iso.date().default("2024-07-26").meta({ widget: "text", advanced: true }),
    maxBadRows: z.number().min(0).max(1).default(0.05).meta({ widget: "slider", step: 0.01, advanced: true }),
  }),
  inputs: {
    model: { want: { type: "model" }, labels: "flow" },
    adapter: { want: { type: "adapter" }, labels: "flow", optional: true },
    data: { want: { type: "dataset", shapes: ["chat"] }, labels: "flow" },
  },
  outputs: { report: { type: "report" }, ledger: { type: "dataset", secondary: true } },
  infer: () => ({
    report: { type: "report", primary: "rougeL" },
    ledger: { type: "dataset", shape: "table" },
  }),
  check(_params, { model, adapter }) {
    const found: Problem[] = [];
    if (adapter && model?.format === "gguf") {
      found.push(problem("adapter-on-gguf", { port: "adapter", adapter: "merge" }));
    }
    if (adapter?.base && model?.identity && adapter.base !== model.identity) {
      found.push(problem("adapter-of-another-model", { port: "adapter" }));
    }
    if (model?.tokenizer && !model.template) {
      found.push(problem("no-template", { port: "model" }, { model: model.name ?? "" }));
    }
    return found;
  },
  resources: (_params, { model }) => ({ threads: 2, gpus: 0, memoryBytes: 1e9 + weightBytes(model) }),
  estimate({ samples, maxTokens }, { model, adapter }) {
    const size = (model?.parameters ?? 135e6) / 135e6;
    const rounds = adapter ? 2 : 1;
    const seconds = 3 + rounds * (3 * size + (samples * maxTokens * size) / TOKENS_A_SECOND);
    const bytes = weightBytes(model);
    return { seconds, memoryBytes: 1e9 + bytes, diskBytes: bytes, wattHours: (seconds * 30) / 3600 };
  },
  cache: "content",
  isolate: true,
  telling: ["samples", "maxTokens"],
  smoke: { samples: 2, maxTokens: 8 },
});

/** As GGUF: two bytes a weight unless it already is one. */
function weightBytes(model: { parameters?: number; bytes?: number; format?: string } | undefined): number {
  return model?.format === "gguf" ? (model.bytes ?? 1e9) : 2 * (model?.parameters ?? 135e6);
}
