import { join } from "node:path";
import type { z } from "zod";
import { writeAdapter } from "@/engines/adapter/adapter";
import { liveTrainers } from "@/engines/live-trainers";
import { openTrainer } from "@/engines/trainer";
import { ADAMW } from "@/engines/training/adamw";
import { initAdapter } from "@/engines/training/init";
import { openModel } from "@/engines/training/model";
import { rowsInMemory } from "@/engines/training/rows";
import { loadState, newState, saveState, type TrainState } from "@/engines/training/state";
import { totalSteps } from "@/engines/training/train";
import type { TrainEvents } from "@/engines/training/train-options";
import type { ModelFacts } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { type Context, defineRunner } from "@/graph/runner";
import { chooseTrainer, type TrainerChoice } from "@/graph/trainers";
import { loraTrain } from "./definition";
import { readTokens } from "./read-tokens";
import { trainingReport, writeReport } from "./write-report";

type TrainContext = Context<typeof loraTrain.outputs>;
type TrainingParams = z.output<typeof loraTrain.params>;

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
  const placement = ctx.placement ?? (await placeHere(params, modelInput.facts, ctx.threads));
  const { trainer } = await openTrainer(placement, ctx.modelsDir, placement.threads);
  const { engine, backend, version } = trainer.live;
  ctx.log("info", "engine", { engine, version, backend, threads: placement.threads });

  const model = await openModel(modelInput.dir, ctx.signal);
  const read = (port: string, dir: string) =>
    readTokens(dir, join(ctx.tmp, `${port}.bin`), model.config, ctx.signal);
  const rows = await read("tokens", tokens.dir);
  const held = validation ? await read("validation", validation.dir) : undefined;

  const base = modelInput.facts.name ?? modelInput.facts.identity;
  const fresh = () => newState(initAdapter(model.config, { ...params, ...(base ? { base } : {}) }));
  const state = (await resumed(ctx)) ?? fresh();
  const save = (step: number) => ctx.checkpoint.save(step, (dir) => saveState(dir, state));
  const options = { ...params, adamw: { ...ADAMW, weightDecay: params.weightDecay } };
  ctx.log("info", "steps", { rows: rows.count, steps: totalSteps(rows.count, options), step: state.step });
  try {
    const { stopped } = await trainer.train({
      model,
      rows,
      validation: held ?? rowsInMemory([]),
      state,
      options,
      threads: placement.threads,
      signal: ctx.signal,
      events: { ...reporting(ctx), onCheckpoint: save },
    });
    if (stopped === "early") ctx.log("info", "stopped-early", { step: state.step });
  } catch (error) {
    if (ctx.signal.aborted && state.step > 0) await save(state.step);
    throw error;
  } finally {
    rows.close();
    held?.close();
    await model.close();
  }
  return outputs(ctx, state, modelInput.facts.identity);
});

/** Of a job that no plan placed: what this machine has. */
async function placeHere(params: TrainingParams, model: ModelFacts, threads: number): Promise<TrainerChoice> {
  const trainers = await liveTrainers();
  const machine = { threads, memoryBytes: Number.POSITIVE_INFINITY, gpus: [], trainers };
  const choice = chooseTrainer(params, model, machine);
  if (!choice.engine) throw new Failure("UNAVAILABLE", "trainer-absent", { backend: params.engine });
  return choice;
}

async function resumed(ctx: TrainContext): Promise<TrainState | undefined> {
  const checkpoint = await ctx.checkpoint.load();
  if (!checkpoint) return undefined;
  ctx.log("info", "resumed", { step: checkpoint.step });
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
