import { writeAdapter } from "@/engines/adapter/adapter";
import { ADAMW } from "@/engines/onnx/adamw";
import { initAdapter } from "@/engines/onnx/init";
import { loadModel } from "@/engines/onnx/model";
import { ensureSelfCheck } from "@/engines/onnx/self-check";
import { loadState, newState, saveState, type TrainState } from "@/engines/onnx/state";
import { totalSteps, train } from "@/engines/onnx/train";
import type { TrainEvents } from "@/engines/onnx/train-options";
import { Failure } from "@/graph/problems";
import { type Context, defineRunner } from "@/graph/runner";
import { loraTrain } from "./definition";
import { readTokens } from "./read-tokens";
import { trainingReport, writeReport } from "./write-report";

type TrainContext = Context<typeof loraTrain.outputs>;

export default defineRunner(loraTrain, async ({ inputs, params, ctx }) => {
  const { model: modelInput, tokens, validation } = inputs;
  for (const [port, given] of [
    ["tokens", tokens],
    ["validation", validation],
  ] as const) {
    if (
      given?.facts.tokenizer &&
      modelInput.facts.tokenizer &&
      given.facts.tokenizer !== modelInput.facts.tokenizer
    ) {
      throw new Failure("INVALID_INPUT", "other-tokenizer", { port });
    }
  }
  const check = await ensureSelfCheck(ctx.modelsDir, ctx.threads);
  ctx.log("info", `Training with ${check.engine} on ${ctx.threads} threads`);

  const model = await loadModel(modelInput.dir, ctx.signal);
  const read = (dir: string) => readTokens(dir, model.config.contextLength, model.config.vocab, ctx.signal);
  const rows = await read(tokens.dir);
  const validationRows = validation ? await read(validation.dir) : [];
  if (rows.length === 0) throw new Failure("INVALID_INPUT", "no-trained-tokens");

  const base = modelInput.facts.name ?? modelInput.facts.identity;
  const fresh = () => newState(initAdapter(model.config, { ...params, ...(base ? { base } : {}) }));
  const state = (await resumed(ctx)) ?? fresh();
  const save = (step: number) => ctx.checkpoint.save(step, (dir) => saveState(dir, state));
  const options = { ...params, adamw: { ...ADAMW, weightDecay: params.weightDecay } };
  ctx.log("info", `${rows.length} rows, ${totalSteps(rows.length, options)} steps from step ${state.step}`);
  try {
    const { stopped } = await train({
      model,
      rows,
      validation: validationRows,
      state,
      options,
      threads: ctx.threads,
      signal: ctx.signal,
      events: { ...reporting(ctx), onCheckpoint: save },
    });
    if (stopped === "early")
      ctx.log("info", `Stopped early after step ${state.step}: validation got no better`);
  } catch (error) {
    if (ctx.signal.aborted && state.step > 0) await save(state.step);
    throw error;
  }
  return outputs(ctx, state, modelInput.facts.identity);
});

async function resumed(ctx: TrainContext): Promise<TrainState | undefined> {
  const checkpoint = await ctx.checkpoint.load();
  if (!checkpoint) return undefined;
  ctx.log("info", `Going on from the checkpoint of step ${checkpoint.step}`);
  return loadState(checkpoint.dir);
}

function reporting(ctx: TrainContext): TrainEvents {
  return {
    onStep({ step, steps, loss, learningRate, gradNorm, tokensPerSecond }) {
      ctx.progress(step, steps, "steps");
      ctx.metric("loss", step, loss);
      ctx.metric("learningRate", step, learningRate);
      ctx.metric("gradNorm", step, gradNorm);
      ctx.metric("tokensPerSecond", step, tokensPerSecond);
      ctx.metric("peakMemoryBytes", step, peakMemoryBytes());
    },
    onValidation({ step, loss, perplexity }) {
      ctx.metric("validationLoss", step, loss);
      ctx.metric("perplexity", step, perplexity);
    },
  };
}

async function outputs(ctx: TrainContext, state: TrainState, base: string | undefined) {
  const adapter = state.best?.adapter ?? state.adapter;
  const adapterOut = await ctx.artifacts.open("adapter");
  await writeAdapter(adapterOut.dir, adapter);
  const reportOut = await ctx.artifacts.open("report");
  const report = trainingReport(state, peakMemoryBytes());
  await writeReport(reportOut.dir, report);
  return {
    adapter: adapterOut.seal({
      ...(base ? { base } : {}),
      rank: adapter.rank,
      alpha: adapter.alpha,
      targets: adapter.targets,
      steps: state.best?.step ?? state.step,
    }),
    report: reportOut.seal({
      ...(report.primary ? { primary: report.primary } : {}),
      metrics: report.metrics,
    }),
  };
}

/** Of this process, which trains and does nothing else. */
const peakMemoryBytes = () => process.resourceUsage().maxRSS * 1024;
