import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { rowsOf } from "@/graph/ports";
import { type Problem, problem } from "@/graph/problems";

/** From `telar run examples/support-assistant.json` on two cores: 57 rows of SmolLM2-135M in 14 s. */
const TOKENS_A_SECOND = 900;
const TOKENS_A_ROW = 200;

export const perplexity = defineNode({
  kind: "perplexity",
  version: 1,
  codeVersion: 5,
  category: "evaluate",
  order: 10,
  icon: "chart-line",
  aliases: [
    "ppl",
    "evaluate",
    "evaluation",
    "eval",
    "validation loss",
    "metric",
    "benchmark",
    "perplejidad",
    "evaluar",
    "perplexidade",
    "avaliar",
  ],
  params: z.object({
    maxLength: z.int().min(8).max(131_072).default(512).meta({ unit: "tokens", step: 32 }),
    rows: z.int().min(1).optional().meta({ unit: "rows" }),
    worstRows: z.int().min(0).max(200).default(20).meta({ unit: "rows", advanced: true }),
    date: z.iso.date().default("2024-07-26").meta({ widget: "text", advanced: true }),
    maxBadRows: z.number().min(0).max(1).default(0.05).meta({ widget: "slider", step: 0.01, advanced: true }),
  }),
  inputs: {
    model: { want: { type: "model" }, labels: "flow" },
    adapter: { want: { type: "adapter" }, labels: "flow", optional: true },
    data: { want: { type: "dataset", shapes: ["chat", "text"] }, labels: "flow" },
  },
  outputs: { report: { type: "report" }, ledger: { type: "dataset", secondary: true } },
  infer: () => ({
    report: { type: "report", primary: "perplexity" },
    ledger: { type: "dataset", shape: "table" },
  }),
  check({ maxLength }, { model, adapter, data }) {
    const found: Problem[] = [];
    if (adapter && model?.format === "gguf") {
      found.push(problem("adapter-on-gguf", { port: "adapter", adapter: "merge" }));
    }
    if (adapter?.base && model?.identity && adapter.base !== model.identity) {
      found.push(problem("adapter-of-another-model", { port: "adapter" }));
    }
    if (data?.shape === "chat" && model?.tokenizer && !model.template) {
      found.push(problem("no-template", { port: "model" }, { model: model.name ?? "" }));
    }
    if (model?.contextLength && maxLength > model.contextLength) {
      const values = { maxLength, contextLength: model.contextLength };
      found.push(problem("longer-than-context", { param: "maxLength" }, values));
    }
    return found;
  },
  resources: (_params, { model }) => ({ threads: 2, gpus: 0, memoryBytes: memoryOf(model) }),
  estimate({ rows }, { model, data }) {
    const count = Math.min(rows ?? Number.POSITIVE_INFINITY, rowsOf(data) ?? 500);
    const size = (model?.parameters ?? 135e6) / 135e6;
    const seconds = 3 + (count * TOKENS_A_ROW * size) / TOKENS_A_SECOND;
    return { seconds, memoryBytes: memoryOf(model), diskBytes: 1e6, wattHours: (seconds * 30) / 3600 };
  },
  cache: "content",
  isolate: true,
  telling: ["maxLength", "rows"],
  smoke: { rows: 2, maxLength: 128 },
});

/** Weights in float32 (a GGUF as it lies on disk), and room for activations. */
function memoryOf(model: { parameters?: number; bytes?: number; format?: string } | undefined): number {
  const weights = model?.format === "gguf" ? (model.bytes ?? 1e9) : 4 * (model?.parameters ?? 135e6);
  return 700e6 + weights;
}
