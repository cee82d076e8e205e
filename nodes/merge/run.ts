import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readAdapter } from "@/engines/adapter/adapter";
import { modelFacts } from "@/engines/hub/facts";
import { stampsOf } from "@/engines/model/stated-labels";
import { stampSafetensors } from "@/engines/safetensors/stamp";
import { openWeights } from "@/engines/safetensors/weights";
import { copyMoreTemplates } from "@/engines/tokenizer/copy-files";
import { flowingInto } from "@/graph/labels";
import { Failure } from "@/graph/problems";
import { defineRunner } from "@/graph/runner";
import { merge } from "./definition";
import { mergeWeights } from "./merge-weights";

const CONFIG_DTYPE = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;

export default defineRunner(merge, async ({ inputs: { model, adapter }, params, ctx }) => {
  if (model.facts.identity && adapter.facts.base && model.facts.identity !== adapter.facts.base) {
    throw new Failure("INVALID_INPUT", "adapter-other-base");
  }
  const lora = await readAdapter(adapter.dir);
  const out = await ctx.artifacts.open("model");
  await copyOtherFiles(model.dir, out.dir);
  const precision = params.precision === "base" ? undefined : params.precision;
  if (precision) await setDtype(join(out.dir, "config.json"), CONFIG_DTYPE[precision]);
  const base = await openWeights(model.dir);
  try {
    await mergeWeights(base, lora, join(out.dir, "model.safetensors"), {
      ...(precision ? { precision } : {}),
      signal: ctx.signal,
      onProgress: (done, total) => ctx.progress(done, total, "tensors"),
    });
  } finally {
    await base.close();
  }
  const { name, licence } = model.facts;
  const facts = await modelFacts(out.dir, { name, licence, source: "merge" });
  // The identity names the weights: the stamp comes after it was taken.
  const stamps = stampsOf(flowingInto(merge, { model, adapter }), await ctx.recipe());
  await stampSafetensors(join(out.dir, "model.safetensors"), stamps);
  return { model: out.seal(facts) };
});

/** Configuration, tokenizer, chat template, licence: all but the weights. */
async function copyOtherFiles(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (
      entry.isDirectory() ||
      entry.name.endsWith(".safetensors") ||
      entry.name.endsWith(".safetensors.index.json")
    )
      continue;
    await copyFile(join(from, entry.name), join(to, entry.name));
  }
  await copyMoreTemplates(from, to);
}

async function setDtype(path: string, dtype: string): Promise<void> {
  const config = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  const key = "dtype" in config ? "dtype" : "torch_dtype";
  await writeFile(path, `${JSON.stringify({ ...config, [key]: dtype }, null, 2)}\n`);
}
