/** What training takes, from facts known before it runs. */
import type { Estimate, Resources } from "@/graph/define-node";
import type { Placement } from "@/graph/placement";
import { type ModelFacts, rowsOf, type TokensFacts } from "@/graph/ports";
import {
  adapterParameters,
  TRAINER_COSTS,
  type TrainerBackend,
  type TrainerEngine,
  type TrainerSize,
  trainerMemory,
  USUAL_PARAMETERS,
} from "@/graph/trainers";

type Size = TrainerSize & {
  engine: "auto" | TrainerEngine;
  batchSize: number;
  gradientAccumulation: number;
  epochs: number;
  steps: number;
  validateEvery: number;
};

const ROWS = 500;
const TOKENS_OF_ROW = 100;
const WATTS = 25;
/** Beside a GPU: the process, its libraries, and the adapter with its moments. */
const HOST_BYTES = 3e9;

/** Optimizer steps, and how often each row is seen. */
export function plannedSteps(size: Size, rows: number): { steps: number; passes: number } {
  const batches = Math.ceil(rows / size.batchSize);
  const perEpoch = Math.max(1, Math.ceil(batches / size.gradientAccumulation));
  const steps = size.steps > 0 ? size.steps : perEpoch * size.epochs;
  return { steps, passes: steps / perEpoch };
}

type Sizes = { model?: ModelFacts; tokens?: TokensFacts; validation?: TokensFacts };
/** Ids and mask of the scratch file that training reads rows from. */
const BYTES_OF_TOKEN = 5;

/** Until it is known where training lands: the engine that was named, on what every machine has of it. */
function backendOf({ engine }: Size, placement: Placement | undefined): TrainerBackend {
  const placed = placement?.backend;
  if (placed !== undefined && placed in TRAINER_COSTS) return placed as TrainerBackend;
  return engine === "tfjs" ? "tfjs-wasm" : "onnxruntime";
}

export function trainingEstimate(
  size: Size,
  { model, tokens, validation }: Sizes,
  placement: Placement | undefined,
): Estimate {
  const backend = backendOf(size, placement);
  const parameters = model?.parameters ?? USUAL_PARAMETERS;
  // What was never measured is taken to be as fast as ONNX Runtime; past attempts correct it.
  const speed = TRAINER_COSTS[backend].speed ?? TRAINER_COSTS.onnxruntime.speed!;
  const rows = rowsOf(tokens) ?? ROWS;
  const trained = tokens?.tokens ?? rows * TOKENS_OF_ROW;
  const { steps, passes } = plannedSteps(size, rows);
  const validations = validation
    ? 1 + Math.ceil(size.validateEvery > 0 ? steps / size.validateEvery : passes)
    : 0;
  const held = validation?.tokens ?? 0;
  const seconds =
    5 +
    parameters * 1e-8 +
    (parameters * trained * passes) / speed.train +
    (parameters * validations * held) / speed.evaluate;
  return {
    seconds,
    memoryBytes: trainerMemory(backend, size, model),
    diskBytes: Math.round(
      adapterParameters(parameters, size.rank) * 4 * 6 + (trained + held) * BYTES_OF_TOKEN,
    ),
    wattHours: (seconds * WATTS) / 3600,
  };
}

export function trainingResources(
  size: Size,
  model: ModelFacts | undefined,
  placement: Placement | undefined,
): Resources {
  const backend = backendOf(size, placement);
  const memoryBytes = trainerMemory(backend, size, model);
  const { threads } = TRAINER_COSTS[backend];
  return placement?.device === "gpu"
    ? { threads, memoryBytes: HOST_BYTES, gpus: 1, vramBytes: memoryBytes }
    : { threads, memoryBytes, gpus: 0 };
}
