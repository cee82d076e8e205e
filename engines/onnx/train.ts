/** The training loop: LoRA of a frozen Llama with AdamW. Reads from top to bottom. */
import { Failure } from "@/graph/problems";
import { adamwStep, clipScale, gradientNorm } from "./adamw";
import { lossOfRows, meanLoss } from "./evaluate";
import { SLICE_TOKENS } from "./limits";
import type { BaseModel } from "./model";
import { epochBatches, stepsPerEpoch } from "./order";
import { type Gradients, LlamaRunner } from "./runner";
import { scheduleFactor } from "./schedule";
import { countedTokens, cutSlices, makeSlice, type TokenRow } from "./slice";
import { copyAdapter, type TrainState } from "./state";
import type { StepReport, TrainEvents, TrainOptions } from "./train-options";

export type TrainInput = {
  model: BaseModel;
  /** Rows that have at least one counted token. */
  rows: readonly TokenRow[];
  validation: readonly TokenRow[];
  /** A fresh state or a loaded one; changed in place. */
  state: TrainState;
  options: TrainOptions;
  threads: number;
  signal: AbortSignal;
  events: TrainEvents;
};
export type TrainResult = { stopped: "finished" | "early" };

/** Total optimizer steps of a run. */
export function totalSteps(
  rows: number,
  o: Pick<TrainOptions, "batchSize" | "gradientAccumulation" | "epochs" | "steps">,
): number {
  return o.steps > 0 ? o.steps : o.epochs * stepsPerEpoch(rows, o.batchSize, o.gradientAccumulation);
}

/** On abort the state is that of the last whole step, so saving it then loses nothing but the step in progress. */
export async function train(input: TrainInput): Promise<TrainResult> {
  const { model, rows, state, options, threads, signal, events } = input;
  const perEpoch = stepsPerEpoch(rows.length, options.batchSize, options.gradientAccumulation);
  const steps = totalSteps(rows.length, options);
  const runner = new LlamaRunner(model, state.adapter, { threads, signal, ...keeping(options) });
  const clock = startClock(state);
  let epoch = -1;
  let batches: TokenRow[][] = [];
  try {
    for (;;) {
      if (needsValidation(state, input, perEpoch, steps)) await validate(runner, input);
      if (options.earlyStoppingPatience > 0 && state.stale >= options.earlyStoppingPatience)
        return { stopped: "early" };
      if (state.step >= steps) return { stopped: "finished" };
      if (Math.floor(state.step / perEpoch) !== epoch) {
        epoch = Math.floor(state.step / perEpoch);
        batches = epochBatches(rows, options.batchSize, options.seed, epoch);
      }
      const first = (state.step % perEpoch) * options.gradientAccumulation;
      const report = await trainStep(
        runner,
        batches.slice(first, first + options.gradientAccumulation),
        input,
        steps,
      );
      clock.tick();
      events.onStep?.(report);
      if (options.checkpointEvery > 0 && state.step % options.checkpointEvery === 0)
        await events.onCheckpoint?.(state.step);
    }
  } finally {
    await runner.release();
  }
}

const keeping = ({ gradientCheckpointing }: TrainOptions) =>
  gradientCheckpointing === "auto" ? {} : { keep: gradientCheckpointing === "off" };

/** Adds the time since the last tick to the state: seconds of stopped attempts count too. */
function startClock(state: TrainState) {
  let last = performance.now();
  return {
    tick() {
      const now = performance.now();
      state.seconds += (now - last) / 1000;
      last = now;
    },
  };
}

/** Before the first step, at each chosen step and after the last. A run stopped in a validation redoes it. */
function needsValidation(
  { step, history }: TrainState,
  input: TrainInput,
  perEpoch: number,
  steps: number,
): boolean {
  if (input.validation.length === 0 || history.validations.at(-1)?.step === step) return false;
  return step === steps || step % (input.options.validateEvery || perEpoch) === 0;
}

/** One optimizer step over some batches. The loss is the mean over all their counted tokens, as Transformers takes it. */
async function trainStep(
  runner: LlamaRunner,
  batches: TokenRow[][],
  input: TrainInput,
  steps: number,
): Promise<StepReport> {
  const { state, options } = input;
  const begin = performance.now();
  const rows = batches.flat();
  const counted = rows.reduce((sum, row) => sum + countedTokens(row), 0);
  const gradients: Gradients = new Map();
  let nll = 0;
  let realTokens = 0;
  for (const part of cutSlices(rows, SLICE_TOKENS)) {
    const slice = makeSlice(part);
    const losses = await runner.backward(slice, 1 / counted, gradients);
    for (const loss of losses) nll += loss;
    realTokens += slice.realTokens;
  }
  const gradNorm = gradientNorm(gradients);
  if (!Number.isFinite(nll) || !Number.isFinite(gradNorm)) {
    throw new Failure("NODE_ERROR", "training-diverged", {
      step: state.step + 1,
      learningRate: options.learningRate,
    });
  }
  const learningRate =
    options.learningRate * scheduleFactor(options.scheduler, state.step, steps, options.warmupRatio);
  adamwStep(
    state.adapter,
    state.optimizer,
    gradients,
    learningRate,
    clipScale(gradNorm, options.maxGradNorm),
    options.adamw,
  );
  state.step++;
  const tokensPerSecond = realTokens / ((performance.now() - begin) / 1000);
  const report = { step: state.step, steps, loss: nll / counted, learningRate, gradNorm, tokensPerSecond };
  state.history.steps.push(report);
  return report;
}

async function validate(
  runner: LlamaRunner,
  { state, options, validation, events }: TrainInput,
): Promise<void> {
  const loss = meanLoss(await lossOfRows(runner, validation));
  // The untrained adapter is measured, to show what training gained, but never chosen.
  const trained = state.step > 0;
  const better =
    trained && (state.best === undefined || loss < state.best.loss - options.earlyStoppingMinDelta);
  if (better) {
    state.best = { step: state.step, loss, adapter: copyAdapter(state.adapter) };
    state.stale = 0;
  } else if (trained) {
    state.stale++;
  }
  const report = { step: state.step, loss, perplexity: Math.exp(loss), best: better };
  state.history.validations.push(report);
  events.onValidation?.(report);
}
