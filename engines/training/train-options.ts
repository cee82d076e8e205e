/** What a training run is told, and what it tells. */
import type { AdamwOptions } from "./adamw";
import type { Scheduler } from "./schedule";

export type TrainOptions = {
  batchSize: number;
  /** Batches whose gradients are summed before each optimizer step. */
  gradientAccumulation: number;
  epochs: number;
  /** Optimizer steps; 0 takes them from `epochs`. */
  steps: number;
  learningRate: number;
  scheduler: Scheduler;
  warmupRatio: number;
  /** `on` computes forward values of a layer again for its backward pass, `off` keeps them, `auto` keeps what fits `KEPT_BYTES`. */
  gradientCheckpointing: "auto" | "on" | "off";
  adamw: AdamwOptions;
  /** Global norm that gradients are clipped to; 0 for none. */
  maxGradNorm: number;
  /** Validate each so many steps; 0 for the end of each epoch. The last step always validates. */
  validateEvery: number;
  /** Stop after so many validations without a better loss; 0 never stops early. */
  earlyStoppingPatience: number;
  /** How much lower a validation loss must be to count as better. */
  earlyStoppingMinDelta: number;
  /** Save a checkpoint each so many steps; 0 for only when stopped. */
  checkpointEvery: number;
  seed: number;
};

export type StepReport = {
  /** Optimizer steps done, from 1. */
  step: number;
  steps: number;
  /** Mean over the counted tokens of the step. */
  loss: number;
  learningRate: number;
  /** Before clipping. */
  gradNorm: number;
  /** Real (unpadded) tokens a second in this step. */
  tokensPerSecond: number;
};
export type ValidationReport = { step: number; loss: number; perplexity: number; best: boolean };

export type TrainEvents = {
  onStep?: (report: StepReport) => void;
  onValidation?: (report: ValidationReport) => void;
  /** Called with the whole state, to be written before it returns. */
  onCheckpoint?: (step: number) => Promise<void>;
};
