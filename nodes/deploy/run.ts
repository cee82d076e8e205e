import { stat } from "node:fs/promises";
import { join } from "node:path";
import { checkGguf } from "@/engines/gguf/check-gguf";
import { openGguf } from "@/engines/gguf/read";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { stampsOf } from "@/engines/model/stated-labels";
import { writeEndpoint } from "@/engines/serving/endpoint-file";
import { flowingInto } from "@/graph/labels";
import type { Measured, ReportFacts } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { defineRunner } from "@/graph/runner";
import { deploy } from "./definition";
import { tryTemplate } from "./try-template";

export default defineRunner(deploy, async ({ inputs: { model, adapter, report }, params, ctx }) => {
  const measured = measuredBy(report?.facts);
  if (params.onlyIfBetter && !measured) throw new Failure("INVALID_INPUT", "nothing-measured", {});
  const found = [model, adapter].some((input) => input?.facts.labels?.pii === "found");
  if (found && !params.allowPersonalData) throw new Failure("INVALID_INPUT", "personal-data", {});
  const isGguf = (await stat(join(model.dir, "model.gguf")).catch(() => undefined))?.isFile() ?? false;
  if (isGguf && adapter) throw new Failure("INVALID_INPUT", "adapter-on-gguf", {});
  if (adapter?.facts.base && model.facts.identity && adapter.facts.base !== model.facts.identity)
    throw new Failure("INVALID_INPUT", "adapter-of-another-model", {});

  if (isGguf) {
    const file = await openGguf(join(model.dir, "model.gguf"));
    try {
      checkGguf(file);
    } finally {
      await file.close();
    }
  }
  const { instructions } = await tryTemplate(model.dir, params);

  const folder = await ctx.artifacts.open("endpoint");
  if (!isGguf) {
    await huggingFaceToGguf(model.dir, join(folder.dir, "model.gguf"), {
      type: "f16",
      adapter: adapter?.dir,
      name: model.facts.name,
      texts: stampsOf(flowingInto(deploy, { model, adapter }), await ctx.recipe()),
      signal: ctx.signal,
      onProgress: (done, total) => ctx.progress(done, total, "tensors"),
    });
  }
  const { slug, temperature, maxTokens, parallel, systemPrompt, foldInstructions } = params;
  const contextLength = Math.min(params.contextLength, model.facts.contextLength ?? params.contextLength);
  await writeEndpoint(folder.dir, {
    kind: "llama",
    slug,
    model: isGguf ? "input" : "self",
    modelDigest: model.digest,
    ...(adapter && { adapterDigest: adapter.digest }),
    ...(model.facts.name && { modelName: model.facts.name }),
    config: {
      contextLength,
      parallel,
      temperature,
      maxTokens,
      ...(systemPrompt && { systemPrompt }),
      ...(foldInstructions && { foldInstructions }),
    },
  });
  return {
    endpoint: folder.seal({
      slug,
      contextLength,
      modelDigest: model.digest,
      ...(adapter && { adapterDigest: adapter.digest }),
      ...(model.facts.name && { model: model.facts.name }),
      ...(!instructions && { noInstructions: true as const }),
      ...(measured && { measured }),
      ...(params.onlyIfBetter && { onlyIfBetter: true as const }),
    }),
  };
});

/** The primary number of a report, where enough is known to compare it. */
function measuredBy({ primary: name, metrics, better, on }: ReportFacts = {}): Measured | undefined {
  const value = name === undefined ? undefined : metrics?.[name];
  return name !== undefined && value !== undefined && better && on ? { name, value, better, on } : undefined;
}
