import { z } from "zod";
import { defineNode } from "@/graph/define-node";
import { afterDropping, rowsOf } from "@/graph/ports";
import { putBack } from "@/graph/put-back";
import type { Score } from "@/graph/scores";

const share = (value: number) =>
  z.number().min(0).max(1).default(value).meta({ widget: "slider", step: 0.01 });

const mark = <P extends string>(rule: string, param: P): Score<P> => ({
  unit: "mark",
  range: [0, 1],
  bounds: [{ rule, param, direction: "most" }],
});
const part = <P extends string>(rule: string, param: P, direction: "least" | "most"): Score<P> => ({
  unit: "share",
  range: [0, 1],
  bounds: [{ rule, param, direction }],
});

export const qualityFilter = defineNode({
  kind: "quality-filter",
  version: 1,
  codeVersion: 4,
  category: "clean",
  order: 30,
  icon: "funnel",
  aliases: [
    "clean",
    "limpiar",
    "limpar",
    "filter",
    "bad rows",
    "refusals",
    "repetition",
    "language detection",
    "filtrar",
    "filtro",
    "calidad",
    "qualidade",
  ],
  params: z.object({
    minAnswerWords: z.int().min(0).max(100_000).default(2).meta({ unit: "words" }),
    maxAnswerWords: z.int().min(1).max(1_000_000).default(2_000).meta({ unit: "words" }),
    minQuestionChars: z.int().min(0).max(100_000).default(3).meta({ unit: "characters" }),
    minLetters: share(0.25),
    maxTopWord: share(0.4),
    maxRepeatedTrigrams: share(0.5),
    minDistinctWords: share(0.1),
    maxOddWords: share(0.5),
    dropEcho: z.boolean().default(true),
    dropRefusals: z.boolean().default(true),
    dropBoilerplate: z.boolean().default(true),
    phrases: z.array(z.string().trim().min(2)).max(200).default([]).meta({ advanced: true }),
    putBack,
  }),
  inputs: { data: { want: { type: "dataset", shapes: ["chat", "text", "labelled"] }, labels: "flow" } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: (_params, { data }) => {
    if (!data) return { ledger: { type: "dataset", shape: "table" } };
    return { data: afterDropping(data), ledger: { type: "dataset", shape: "table" } };
  },
  resources: () => ({ threads: 1, memoryBytes: 1024 ** 3, gpus: 0 }),
  estimate: (_params, { data }) => ({
    seconds: 1 + (rowsOf(data) ?? 1_000) / 8_000,
    memoryBytes: 512 * 1024 ** 2,
    diskBytes: data?.bytes ?? 1024 ** 2,
    wattHours: 0.01,
  }),
  cache: "content",
  // A row is judged in this order: the first rule that it breaks is named.
  scores: {
    questionChars: {
      unit: "characters",
      range: [0, 2_000],
      bounds: [{ rule: "question-too-short", param: "minQuestionChars", direction: "least" }],
    },
    answerWords: {
      unit: "words",
      range: [0, 2_000],
      bounds: [
        { rule: "answer-too-short", param: "minAnswerWords", direction: "least" },
        { rule: "answer-too-long", param: "maxAnswerWords", direction: "most" },
      ],
    },
    echo: mark("echo", "dropEcho"),
    refusal: mark("refusal", "dropRefusals"),
    boilerplate: mark("boilerplate", "dropBoilerplate"),
    topWord: part("top-word", "maxTopWord", "most"),
    repeatedTrigrams: part("repeated-trigrams", "maxRepeatedTrigrams", "most"),
    distinctWords: part("distinct-words", "minDistinctWords", "least"),
    letters: part("few-letters", "minLetters", "least"),
    oddWords: part("odd-words", "maxOddWords", "most"),
  },
  selector: { by: "bounds" },
  telling: ["minAnswerWords", "maxTopWord", "dropRefusals"],
});
