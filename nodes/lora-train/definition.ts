import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { type Problem, problem } from "@/graph/problems";
import { chooseTrainer, TRAINER_ENGINES } from "@/graph/trainers";
import { trainingEstimate, trainingResources } from "./cost";
import { LORA_TARGETS } from "./targets";

const params = z.object({
  engine: z
    .enum(["auto", ...TRAINER_ENGINES])
    .default("auto")
    .meta({ widget: "select", advanced: true }),
  rank: z.number().int().min(8).max(64).default(16).meta({ widget: "slider" }),
  alpha: z.number().positive().max(512).default(32),
  targets: z
    .array(z.enum(LORA_TARGETS))
    .min(1)
    .default([...LORA_TARGETS])
    .meta({ widget: "multiselect" }),
  rsLora: z.boolean().default(false).meta({ advanced: true }),
  learningRate: z.number().min(1e-6).max(5e-3).default(2e-4),
  scheduler: z.enum(["cosine", "linear", "constant"]).default("cosine").meta({ widget: "select" }),
  warmupRatio: z.number().min(0).max(0.5).default(0.05).meta({ advanced: true }),
  batchSize: z.number().int().min(1).max(256).default(8).meta({ unit: "rows" }),
  gradientAccumulation: z.number().int().min(1).max(256).default(1).meta({ unit: "batches", advanced: true }),
  epochs: z.number().int().min(1).max(5).default(1).meta({ widget: "slider" }),
  steps: z.number().int().min(0).max(1_000_000).default(0).meta({ unit: "steps", advanced: true }),
  gradientCheckpointing: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .meta({ widget: "select", advanced: true }),
  maxGradNorm: z.number().min(0).max(100).default(1).meta({ advanced: true }),
  weightDecay: z.number().min(0).max(1).default(0.01).meta({ advanced: true }),
  validateEvery: z.number().int().min(0).default(0).meta({ unit: "steps", advanced: true }),
  earlyStoppingPatience: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .meta({ unit: "validations", advanced: true }),
  earlyStoppingMinDelta: z.number().min(0).max(10).default(0).meta({ advanced: true }),
  checkpointEvery: z.number().int().min(0).default(20).meta({ unit: "steps", advanced: true }),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(42)
    .meta({ advanced: true }),
});

export const loraTrain = defineNode({
  kind: "lora-train",
  version: 1,
  codeVersion: 2,
  category: "train",
  order: 10,
  icon: "graduation-cap",
  aliases: [
    "finetune",
    "finetuning",
    "fine tune",
    "sft",
    "train",
    "training",
    "qlora",
    "peft",
    "adapter",
    "unsloth",
    "supervised",
    "entrenar",
    "entrenamiento",
    "afinar",
    "ajuste fino",
    "treinar",
    "treinamento",
    "treino",
  ],
  canvas: { wide: true, curve: "loss" },
  params,
  inputs: {
    model: { want: { type: "model", formats: ["safetensors"] }, labels: "flow" },
    tokens: { want: { type: "tokens" }, labels: "flow" },
    validation: { want: { type: "tokens" }, labels: "reads", optional: true },
  },
  outputs: { adapter: { type: "adapter" }, report: { type: "report", secondary: true } },
  infer({ rank, alpha, targets }, { model, validation }) {
    return {
      adapter: {
        type: "adapter",
        ...(model?.identity ? { base: model.identity } : {}),
        rank,
        alpha,
        targets,
      },
      report: { type: "report", primary: validation ? "perplexity" : "loss" },
    };
  },
  check({ earlyStoppingPatience }, { model, tokens, validation }) {
    const problems: Problem[] = [];
    for (const [port, given] of [
      ["tokens", tokens],
      ["validation", validation],
    ] as const) {
      if (!model || !given) continue;
      if (model.tokenizer && given.tokenizer && model.tokenizer !== given.tokenizer) {
        problems.push(problem("other-tokenizer", { port }, { port }));
      }
      if (model.contextLength && given.maxLength && given.maxLength > model.contextLength) {
        const values = { port, maxLength: given.maxLength, contextLength: model.contextLength };
        problems.push(problem("tokens-too-long", { port }, values));
      }
    }
    if (earlyStoppingPatience > 0 && !validation) {
      problems.push(
        problem("no-validation", { port: "validation", param: "earlyStoppingPatience", severity: "warning" }),
      );
    }
    return problems;
  },
  resources: (params, { model }, placement) => trainingResources(params, model, placement),
  estimate: (params, inputs, placement) => trainingEstimate(params, inputs, placement),
  cache: "content",
  place: (params, { model }, machine) => {
    const choice = chooseTrainer(params, model, machine);
    if (choice.engine) return choice;
    // Too little memory is said before the run and can be made do with; an engine that is not there cannot.
    const anyway = chooseTrainer(params, model, { ...machine, memoryBytes: Number.POSITIVE_INFINITY });
    return anyway.engine ? { ...anyway, others: choice.others } : choice;
  },
  isolate: true,
  telling: ["rank", "learningRate", "epochs", "batchSize"],
  smoke: { steps: 3, batchSize: 2 },
});
