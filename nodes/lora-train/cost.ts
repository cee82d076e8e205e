/** What training takes, from facts known before it runs. Calibrated on SmolLM2-135M with two CPU cores. */
import type { Estimate, Resources } from "@/graph/define-node";
import { type ModelFacts, rowsOf, type TokensFacts } from "@/graph/ports";

type GradientCheckpointing = "auto" | "on" | "off";
type Size = {
  rank: number;
  batchSize: number;
  gradientAccumulation: number;
  epochs: number;
  steps: number;
  validateEvery: number;
  gradientCheckpointing: GradientCheckpointing;
};

/** Weight·tokens a second of forward and backward, and of forward alone, on two cores. */
const TRAIN_SPEED = 2.6e10;
const EVALUATE_SPEED = 8e10;
/** Node, ONNX Runtime and its arena. */
const FIXED_BYTES = 300e6;
/** Forward values kept for the backward pass: by itself the engine keeps at most `KEPT_BYTES` of them. */
const KEPT_BYTES: Record<GradientCheckpointing, number> = { auto: 440e6, on: 0, off: 900e6 };
const PARAMETERS = 1.35e8;
const ROWS = 500;
const TOKENS_OF_ROW = 100;
const WATTS = 25;

/** Weights of an adapter on all targets: about this share of the model for each unit of rank. */
const loraParameters = (parameters: number, rank: number) => parameters * rank * 0.0023;

export function trainingMemory(
  { rank, gradientCheckpointing }: Pick<Size, "rank" | "gradientCheckpointing">,
  model: ModelFacts | undefined,
): number {
  const parameters = model?.parameters ?? PARAMETERS;
  // Weights in float32; of the adapter also gradients, two moments and the best one so far.
  const kept = KEPT_BYTES[gradientCheckpointing];
  return Math.round(parameters * 4 + loraParameters(parameters, rank) * 20 + kept + FIXED_BYTES);
}

/** Optimizer steps, and how often each row is seen. */
export function plannedSteps(size: Size, rows: number): { steps: number; passes: number } {
  const batches = Math.ceil(rows / size.batchSize);
  const perEpoch = Math.max(1, Math.ceil(batches / size.gradientAccumulation));
  const steps = size.steps > 0 ? size.steps : perEpoch * size.epochs;
  return { steps, passes: steps / perEpoch };
}

export function trainingEstimate(
  size: Size,
  model: ModelFacts | undefined,
  tokens: TokensFacts | undefined,
  validation: TokensFacts | undefined,
): Estimate {
  const parameters = model?.parameters ?? PARAMETERS;
  const rows = rowsOf(tokens) ?? ROWS;
  const trained = tokens?.tokens ?? rows * TOKENS_OF_ROW;
  const { steps, passes } = plannedSteps(size, rows);
  const validations = validation
    ? 1 + Math.ceil(size.validateEvery > 0 ? steps / size.validateEvery : passes)
    : 0;
  const validated = validations * (validation?.tokens ?? 0);
  const seconds =
    5 +
    parameters * 1e-8 +
    (parameters * trained * passes) / TRAIN_SPEED +
    (parameters * validated) / EVALUATE_SPEED;
  return {
    seconds,
    memoryBytes: trainingMemory(size, model),
    diskBytes: Math.round(loraParameters(parameters, size.rank) * 4 * 6),
    wattHours: (seconds * WATTS) / 3600,
  };
}

export function trainingResources(
  size: Pick<Size, "rank" | "gradientCheckpointing">,
  model: ModelFacts | undefined,
): Resources {
  return { threads: 2, memoryBytes: trainingMemory(size, model), device: "cpu" };
}
