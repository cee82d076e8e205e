/** A tiny model, tokens that follow a rule, and the real training kind: a graph that trains within seconds. */
import { z } from "zod";
import { writeTinyModel, writeTokens } from "@/engines/training/_testing/tiny-folder";
import { type AnyNode, type Catalogue, defineNode } from "@/graph/define-node";
import { type AnyRunner, defineRunner } from "@/graph/runner";
import { catalogue } from "@/nodes/index";
import { loadRunner } from "@/nodes/runners";

const cheap = {
  version: 1,
  codeVersion: 1,
  category: "data" as const,
  icon: "square",
  params: z.object({}),
  inputs: {},
  cache: "content" as const,
  resources: () => ({ threads: 1, memoryBytes: 1e6, gpus: 0 }),
  estimate: () => ({ seconds: 1, memoryBytes: 1e6, diskBytes: 1, wattHours: 0 }),
};
const facts = { identity: "sha256:m", name: "tiny", tokenizer: "sha256:t" };

const tinyModel = defineNode({
  ...cheap,
  kind: "tiny-model",
  outputs: { model: { type: "model" } },
  infer: () => ({ model: { type: "model", format: "safetensors", ...facts } }),
});
const tinyTokens = defineNode({
  ...cheap,
  kind: "tiny-tokens",
  outputs: { tokens: { type: "tokens" } },
  infer: () => ({ tokens: { type: "tokens", tokenizer: facts.tokenizer } }),
});

export const trainCatalogue = {
  "tiny-model": tinyModel,
  "tiny-tokens": tinyTokens,
  "lora-train": catalogue["lora-train"]!,
} satisfies Record<string, AnyNode> as Catalogue;

const runners: Record<string, AnyRunner> = {
  "tiny-model": defineRunner(tinyModel, async ({ ctx }) => {
    const out = await ctx.artifacts.open("model");
    await writeTinyModel(out.dir, "smollm2-like");
    return { model: out.seal({ format: "safetensors", ...facts }) };
  }) as AnyRunner,
  "tiny-tokens": defineRunner(tinyTokens, async ({ ctx }) => {
    const out = await ctx.artifacts.open("tokens");
    // After 7 comes 11, after 11 comes 7.
    const row = (i: number) => ({
      row: `r${i}`,
      ids: Array.from({ length: 8 + (i % 5) }, (_, t) => ((t + i) % 2 ? 7 : 11)),
      mask: Array.from({ length: 8 + (i % 5) }, () => 1),
    });
    await writeTokens(
      out.dir,
      Array.from({ length: 16 }, (_, i) => row(i)),
    );
    return { tokens: out.seal({ tokenizer: facts.tokenizer }) };
  }) as AnyRunner,
};

export const loadTrainRunner = async (kind: string): Promise<AnyRunner> => runners[kind] ?? loadRunner(kind);
