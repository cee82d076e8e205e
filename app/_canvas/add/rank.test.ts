import { describe, expect, it } from "vitest";
import { catalogue } from "@/nodes";
import { nodeTexts } from "@/nodes/texts";
import { filterEntries, fitOf, keywordsOf, rankKinds } from "./rank";

type Locale = keyof typeof nodeTexts;
const kinds = Object.values(catalogue);
const found = (query: string, locale: Locale = "en") =>
  rankKinds(query, kinds, (kind) => nodeTexts[locale][kind as keyof (typeof nodeTexts)["en"]]).map(
    ({ kind }) => kind,
  );

describe("kinds that a person looks for", () => {
  it.each([
    ["finetune", "lora-train"],
    ["Fine-tuning", "lora-train"],
    ["sft", "lora-train"],
    ["entrenar", "lora-train"],
    ["treinar", "lora-train"],
    ["gguf", "base-model"],
    ["huggingface", "base-model"],
    ["Hugging Face", "base-model"],
    ["csv", "dataset-file"],
    [".parquet", "dataset-file"],
    ["pii", "pii"],
    ["anonymise", "pii"],
    ["limpiar", "quality-filter"],
    ["limpar", "quality-filter"],
    ["quantizar", "quantize"],
    ["cuantizacion", "quantize"],
    ["4-bit", "quantize"],
    ["ollama", "endpoint"],
    ["langchain", "chain"],
    ["ppl", "perplexity"],
    ["duplicados", "dedupe"],
    ["holdout", "split"],
    ["train test split", "split"],
    ["sharegpt", "to-chat"],
    ["serve", "deploy"],
  ])("%s gives %s first, in every language", (query, kind) => {
    for (const locale of Object.keys(nodeTexts) as Locale[])
      expect(found(query, locale)[0], locale).toBe(kind);
  });

  it("are found by every title, alias and ending of their own", () => {
    for (const { kind, aliases = [], opens } of kinds)
      for (const name of [kind, ...aliases, ...(opens?.endings ?? [])])
        expect(found(name), `${kind}: ${name}`).toContain(kind);
    for (const locale of Object.keys(nodeTexts) as Locale[])
      for (const { kind } of kinds)
        expect(found(nodeTexts[locale][kind as "pii"].title, locale)[0], locale).toBe(kind);
  });

  it("are found by what their summary says", () => {
    expect(found("held-out rows")).toContain("perplexity");
    expect(found("tarjeta", "es")).toEqual(["pii"]);
  });

  it("are none where the letters only stand in order", () => {
    expect(found("dtfl")).toEqual([]);
    expect(found("lrt")).toEqual([]);
    expect(found("xyzzy")).toEqual([]);
    expect(found("csv xyzzy")).toEqual([]);
  });

  it("are all there while nothing is typed", () => {
    expect(found(" ")).toEqual(kinds.map(({ kind }) => kind));
  });
});

it("measures a list of cmdk as it measures kinds", () => {
  const entry = { title: "Tidy layout", summary: "Arrange", aliases: ["ordenar"] };
  for (const query of ["tidy", "orden", "arr", "nothing"])
    expect(filterEntries("", query, keywordsOf(entry))).toBe(fitOf(query, entry));
});
