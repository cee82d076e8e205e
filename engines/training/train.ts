/** The training loop: LoRA of a frozen Llama with AdamW, whichever engine computes. Reads from top to bottom. */
import { Failure } from "@/graph/problems";
import type { Adapter } from "../adapter/adapter";
import { adamwStep, clipScale, gradientNorm } from "./adamw";
import { SLICE_TOKENS } from "./limits";
import { lossOfRows, meanLoss } from "./loss";
import type { Gradients, ModelSource, OpenOptions, TrainableModel } from "./model";
import { type EpochOrder, epochOrder, stepsPerEpoch } from "./order";
import type { TokenRows } from "./rows";
import { scheduleFactor } from "./schedule";
import { cutSlices, makeSlice } from "./slice";
import { copyAdapter, type TrainState } from "./state";
import type { StepReport, TrainEvents, TrainOptions } from "./train-options";

export type TrainInput = {
  model: ModelSource;
  /** Of each at least one token counts. */
  rows: TokenRows;
  validation: TokenRows;
  /** A fresh state or a loaded one; changed in place. */
  state: TrainState;
  options: TrainOptions;
  threads: number;
  signal: AbortSignal;
  events: TrainEvents;
};
/** Reads the weights into an engine. */
export type OpenTrainable = (
  model: ModelSource,
  adapter: Adapter,
  options: OpenOptions,
) => Promise<TrainableModel>;
export type TrainResult = { stopped: "finished" | "early" };

/** Total optimizer steps of a run. */
export function totalSteps(
  rows: number,
  o: Pick<TrainOptions, "batchSize" | "gradientAccumulation" | "epochs" | "steps">,
): number {
  return o.steps > 0 ? o.steps : o.epochs * stepsPerEpoch(rows, o.batchSize, o.gradientAccumulation);
}

/**
 * On abort the state is that of the last whole step, so saving it then loses nothing but the step in progress.
 *
 * @throws Failure `no-trained-tokens` before any work, `training-diverged` when a loss is no number
 */
export async function train(input: TrainInput, open: OpenTrainable): Promise<TrainResult> {
  const { rows, state, options, threads, signal, events } = input;
  if (!rows.counted.some((tokens) => tokens > 0)) throw new Failure("INVALID_INPUT", "no-trained-tokens");
  const perEpoch = stepsPerEpoch(rows.count, options.batchSize, options.gradientAccumulation);
  const steps = totalSteps(rows.count, options);
  const model = await open(input.model, state.adapter, { threads, signal, ...keeping(options) });
  const clock = startClock(state);
  let epoch = -1;
  let order: EpochOrder | undefined;
  try {
    for (;;) {
      if (needsValidation(state, input, perEpoch, steps)) await validate(model, input);
      if (options.earlyStoppingPatience > 0 && state.stale >= options.earlyStoppingPatience)
        return { stopped: "early" };
      if (state.step >= steps) return { stopped: "finished" };
      if (!order || Math.floor(state.step / perEpoch) !== epoch) {
        epoch = Math.floor(state.step / perEpoch);
        order = epochOrder(rows.lengths, options.batchSize, options.seed, epoch);
      }
      const first = (state.step % perEpoch) * options.gradientAccumulation;
      const report = await trainStep(
        model,
        order.rows(first, first + options.gradientAccumulation),
        input,
        steps,
      );
      clock.tick();
      events.onStep?.(report);
      if (options.checkpointEvery > 0 && state.step % options.checkpointEvery === 0)
        await events.onCheckpoint?.(state.step);
    }
  } finally {
    await model.release();
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
  if (input.validation.count === 0 || history.validations.at(-1)?.step === step) return false;
  return step === steps || step % (input.options.validateEvery || perEpoch) === 0;
}

/** One optimizer step over some rows. The loss is the mean over all their counted tokens, as Transformers takes it. */
async function trainStep(
  model: TrainableModel,
  chosen: readonly number[],
  input: TrainInput,
  steps: number,
): Promise<StepReport> {
  const { rows, state, options } = input;
  const begin = performance.now();
  const counted = chosen.reduce((sum, row) => sum + rows.counted[row]!, 0);
  const gradients: Gradients = new Map();
  let nll = 0;
  let realTokens = 0;
  for (const part of cutSlices(chosen, rows.lengths, SLICE_TOKENS)) {
    const slice = makeSlice(part.map(rows.read));
    const losses = await model.backward(slice, 1 / counted, gradients);
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
  model: TrainableModel,
  { state, options, validation, events }: TrainInput,
): Promise<void> {
  const loss = meanLoss(await lossOfRows(model, validation), validation.counted);
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
