import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { rowsOf, type TokensFacts } from "@/graph/ports";
import { type Problem, problem } from "@/graph/problems";

/** Measured on two cores: rows and tokens of question-answer chats. */
const TOKENS_A_SECOND = 200_000;
const TOKENS_A_ROW = 250;

export const tokenize = defineNode({
  kind: "tokenize",
  version: 1,
  codeVersion: 5,
  category: "model",
  order: 20,
  icon: "whole-word",
  aliases: [
    "tokenizer",
    "tokenise",
    "tokeniser",
    "encode",
    "bpe",
    "chat template",
    "tokens",
    "tokenizar",
    "codificar",
  ],
  params: z.object({
    maxLength: z.int().min(8).max(131_072).default(512).meta({ unit: "tokens", step: 32 }),
    lossOn: z.enum(["answers", "all"]).default("answers").meta({ widget: "select" }),
    tooLong: z.enum(["cut", "drop"]).default("cut").meta({ widget: "select" }),
    endOfText: z.boolean().default(true).meta({ advanced: true }),
    date: z.iso.date().default("2024-07-26").meta({ widget: "text", advanced: true }),
    maxBadRows: z.number().min(0).max(1).default(0.05).meta({ widget: "slider", step: 0.01, advanced: true }),
  }),
  inputs: {
    data: { want: { type: "dataset", shapes: ["chat", "text"] }, labels: "flow" },
    model: { want: { type: "model" }, labels: "reads" },
  },
  outputs: { tokens: { type: "tokens" }, ledger: { type: "dataset", secondary: true } },
  infer({ maxLength }, { data, model }) {
    const about = rowsOf(data);
    const facts: TokensFacts = {
      maxLength,
      ...(about !== undefined && { rowsAbout: about }),
      ...(model?.tokenizer && { tokenizer: model.tokenizer }),
      ...(model?.template && data?.shape === "chat" && { template: model.template }),
    };
    return { tokens: { type: "tokens", ...facts }, ledger: { type: "dataset", shape: "table" } };
  },
  check({ maxLength }, { data, model }) {
    const found: Problem[] = [];
    if (data?.shape === "chat" && model?.tokenizer && !model.template) {
      found.push(problem("no-template", { port: "model" }, { model: model.name ?? "" }));
    }
    if (model?.contextLength && maxLength > model.contextLength) {
      const values = { maxLength, contextLength: model.contextLength };
      found.push(problem("longer-than-context", { param: "maxLength" }, values));
    }
    return found;
  },
  resources: () => ({ threads: 2, memoryBytes: 768 * 1024 ** 2, gpus: 0 }),
  estimate(_params, { data }) {
    const tokens = (rowsOf(data) ?? 1000) * TOKENS_A_ROW;
    const seconds = 1 + tokens / TOKENS_A_SECOND;
    return { seconds, memoryBytes: 512 * 1024 ** 2, diskBytes: tokens * 3, wattHours: (seconds * 20) / 3600 };
  },
  cache: "content",
  telling: ["maxLength", "lossOn"],
  smoke: { maxLength: 128 },
});
