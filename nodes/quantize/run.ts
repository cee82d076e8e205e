import { createHash } from "node:crypto";
import { copyFile, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { openGguf } from "@/engines/gguf/read";
import { stampGguf } from "@/engines/gguf/stamp";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { fileDigest } from "@/engines/hub/facts";
import { quantizeGguf } from "@/engines/llama/quantize";
import { stampsOf } from "@/engines/model/stated-labels";
import { copyTokenizer } from "@/engines/tokenizer/copy-files";
import { flowingInto } from "@/graph/labels";
import { Failure } from "@/graph/problems";
import { type Context, defineRunner, type InputArtifact } from "@/graph/runner";
import { quantize } from "./definition";
import { typeTable } from "./types";

const PLAIN_TENSORS: ReadonlySet<string> = new Set(["F32", "F16", "BF16"]);

export default defineRunner(quantize, async ({ inputs: { model }, params: { type }, ctx }) => {
  const { signal, threads } = ctx;
  const folder = await ctx.artifacts.open("model");
  const target = join(folder.dir, "model.gguf");
  const onProgress = (done: number, total: number) => ctx.progress(done, total, "tensors");
  await copyTokenizer(model.dir, folder.dir);
  await copyFile(join(model.dir, "config.json"), join(folder.dir, "config.json")).catch(ignoreMissing);

  const isGguf = await exists(join(model.dir, "model.gguf"));
  if (!isGguf && type === "F16") {
    await huggingFaceToGguf(model.dir, target, { type: "f16", name: model.facts.name, signal, onProgress });
  } else {
    const source = isGguf ? join(model.dir, "model.gguf") : await asGguf(model, ctx);
    await refuseQuantised(source);
    await quantizeGguf(source, target, type, { threads, signal, onProgress });
  }

  const { parameters, bitsPerWeight } = await measure(target);
  ctx.metric("bitsPerWeight", 0, bitsPerWeight);
  const { bits } = typeTable[type];
  if (bitsPerWeight > bits * 1.2) {
    ctx.log("warn", "more-bits", { bits: Math.round(bitsPerWeight * 10) / 10, usual: bits, type });
  }
  // The identity names the weights: the stamp comes after it was taken.
  const identity = await identityOf(folder.dir, signal);
  await stampGguf(target, stampsOf(flowingInto(quantize, { model }), await ctx.recipe()));
  const bytes = (await stat(target)).size;
  ctx.metric("bytes", 0, bytes);
  return {
    model: folder.seal({
      ...model.facts,
      identity,
      format: "gguf",
      precision: type,
      parameters,
      bytes,
      source: "quantize",
    }),
  };
});

/** The conversion to F16 does not depend on `type`: one is kept for all types tried on the same model. */
async function asGguf(model: InputArtifact<"model">, ctx: Context<typeof quantize.outputs>): Promise<string> {
  const staged = await ctx.artifacts.stage("gguf", "f16", async (dir) => {
    await huggingFaceToGguf(model.dir, join(dir, "model.gguf"), {
      type: "f16",
      name: model.facts.name,
      signal: ctx.signal,
      onProgress: (done, total) => ctx.progress(done, total, "tensors"),
    });
  });
  return join(staged, "model.gguf");
}

/** As the identity of every model is made: over the digests of its weight files, and config.json. */
async function identityOf(dir: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256").update(await fileDigest(join(dir, "model.gguf"), signal));
  const config = await readFile(join(dir, "config.json")).catch(ignoreMissing);
  if (config) hash.update(config);
  return `sha256:${hash.digest("hex")}`;
}

async function refuseQuantised(path: string): Promise<void> {
  const { tensors, close } = await openGguf(path);
  await close();
  const coded = tensors.find(({ type }) => !PLAIN_TENSORS.has(type.name));
  if (coded) throw new Failure("INVALID_INPUT", "already-quantised", { tensor: coded.name });
}

async function measure(path: string) {
  const { size, tensors, header, close } = await openGguf(path);
  await close();
  const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((n, side) => n * side, 1), 0);
  return { parameters, bitsPerWeight: ((size - header.dataStart) * 8) / parameters };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
