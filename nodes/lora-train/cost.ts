/** What training takes, from facts known before it runs. */
import type { Estimate, Resources } from "@/graph/define-node";
import { type ModelFacts, rowsOf, type TokensFacts } from "@/graph/ports";
import {
  adapterParameters,
  TRAINER_COSTS,
  type TrainerBackend,
  type TrainerSize,
  trainerMemory,
  USUAL_PARAMETERS,
} from "@/graph/trainers";

type Size = TrainerSize & {
  batchSize: number;
  gradientAccumulation: number;
  epochs: number;
  steps: number;
  validateEvery: number;
};

const ROWS = 500;
const TOKENS_OF_ROW = 100;
const WATTS = 25;

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
  backend: TrainerBackend = "onnxruntime",
): Estimate {
  const parameters = model?.parameters ?? USUAL_PARAMETERS;
  const speed = TRAINER_COSTS[backend].speed ?? TRAINER_COSTS.onnxruntime.speed!;
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
    (parameters * trained * passes) / speed.train +
    (parameters * validated) / speed.evaluate;
  return {
    seconds,
    memoryBytes: trainerMemory(backend, size, model),
    diskBytes: Math.round(adapterParameters(parameters, size.rank) * 4 * 6),
    wattHours: (seconds * WATTS) / 3600,
  };
}

export function trainingResources(
  size: TrainerSize,
  model: ModelFacts | undefined,
  backend: TrainerBackend = "onnxruntime",
): Resources {
  return { threads: 2, memoryBytes: trainerMemory(backend, size, model), gpus: 0 };
}
