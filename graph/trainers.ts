/**
 * Which engine trains, decided from values alone: plan, form, executor and runner ask the same function. What computes
 * lies in `engines/`; this file is loaded in the browser too.
 */
import type { ModelFacts } from "./ports";
import type { Values } from "./problems";

/** In the order the form offers them. */
export const TRAINER_ENGINES = ["onnx", "tfjs"] as const;
export type TrainerEngine = (typeof TRAINER_ENGINES)[number];
/** What an engine computes with on a machine. */
export type TrainerBackend = "onnxruntime" | "tfjs-node-gpu" | "tfjs-node" | "tfjs-wasm";
export type GradientCheckpointing = "auto" | "on" | "off";

/** An engine that is there on a machine. Another `version` may give other numbers. */
export type LiveTrainer = {
  engine: TrainerEngine;
  backend: TrainerBackend;
  version: string;
  device: "cpu" | "gpu";
};
export type TrainerMachine = {
  threads: number;
  memoryBytes: number;
  gpus: readonly { vramBytes: number }[];
  trainers: readonly LiveTrainer[];
};

/** Rises when the numbers of an engine's own code may change; part of `LiveTrainer.version`. */
export const TRAINER_CODE: Record<TrainerEngine, number> = { onnx: 1, tfjs: 1 };
export const trainerVersion = (engine: TrainerEngine, libraryVersion: string): string =>
  `${TRAINER_CODE[engine]}-${libraryVersion}`;

type TrainerCost = {
  /**
   * Weights × tokens a second on two CPU cores, forward and backward and forward alone. Absent where it has never been
   * measured on the hardware: `auto` then takes it last.
   */
  speed?: { train: number; evaluate: number };
  /** Of each frozen weight, copies in other layouts included. */
  bytesPerWeight: number;
  /** The process, its libraries and their arenas. */
  fixedBytes: number;
  /** Forward values kept for the backward pass. */
  keptBytes: Record<GradientCheckpointing, number>;
  /** Address space of the engine, whatever the machine has. */
  heapBytes?: number;
  /** Threads it can use. */
  threads: number;
};

/**
 * Measured on SmolLM2-135M (rank 16 on all targets) on two CPU cores; of WebAssembly, which has one thread, the CPU time of
 * the same steps beside ONNX Runtime's (`bench/README.md`).
 */
export const TRAINER_COSTS: Record<TrainerBackend, TrainerCost> = {
  onnxruntime: {
    speed: { train: 2.6e10, evaluate: 8e10 },
    bytesPerWeight: 4,
    fixedBytes: 300e6,
    keptBytes: { auto: 440e6, on: 0, off: 900e6 },
    threads: 2,
  },
  "tfjs-wasm": {
    speed: { train: 4.1e9, evaluate: 1.25e10 },
    bytesPerWeight: 12,
    fixedBytes: 300e6,
    keptBytes: { auto: 450e6, on: 450e6, off: 2e9 },
    heapBytes: 4 * 1024 ** 3,
    threads: 1,
  },
  "tfjs-node": {
    bytesPerWeight: 8,
    fixedBytes: 600e6,
    keptBytes: { auto: 500e6, on: 250e6, off: 2e9 },
    threads: 2,
  },
  "tfjs-node-gpu": {
    bytesPerWeight: 8,
    fixedBytes: 1.5e9,
    keptBytes: { auto: 500e6, on: 250e6, off: 2e9 },
    threads: 2,
  },
};

export type TrainerSize = { rank: number; gradientCheckpointing: GradientCheckpointing };
/** Of a model about which nothing is known: SmolLM2-135M. */
export const USUAL_PARAMETERS = 1.35e8;

/** Weights of an adapter on all targets: about this share of the model for each unit of rank. */
export const adapterParameters = (parameters: number, rank: number): number => parameters * rank * 0.0023;

/** Bytes at its peak. Of the adapter there are also gradients, two moments and the best one so far. */
export function trainerMemory(
  backend: TrainerBackend,
  { rank, gradientCheckpointing }: TrainerSize,
  model: ModelFacts | undefined,
): number {
  const cost = TRAINER_COSTS[backend];
  const parameters = model?.parameters ?? USUAL_PARAMETERS;
  const adapter = adapterParameters(parameters, rank) * 20;
  return Math.round(
    parameters * cost.bytesPerWeight + adapter + cost.keptBytes[gradientCheckpointing] + cost.fixedBytes,
  );
}

/** A code with values; words are made from `trainers.<code>` in the reader's language. */
export type TrainerReason = { code: TrainerReasonCode; values: Values };
export type TrainerReasonCode =
  | "asked"
  | "only"
  | "fastest"
  | "unmeasured"
  | "absent"
  | "memory"
  | "vram"
  | "heap";

/** What the sentence of a reason shows: names in words, sizes in gigabytes. */
export function shownValues({ values }: TrainerReason, nameOf: (name: string) => string): Values {
  const named = new Set(["engine", "backend", "than", "thanBackend"]);
  const shown = ([key, value]: [string, string | number]) => {
    if (typeof value === "number") return key === "times" ? value : Math.round(value / 1e8) / 10;
    return named.has(key) ? nameOf(value) : value;
  };
  return Object.fromEntries(Object.entries(values).map((entry) => [entry[0], shown(entry)]));
}

export type Fit = { fits: true } | { fits: false; why: TrainerReason };

/** Whether an engine that is there can train this model on this machine. */
export function trainerFits(
  trainer: LiveTrainer,
  size: TrainerSize,
  model: ModelFacts | undefined,
  machine: Pick<TrainerMachine, "memoryBytes" | "gpus">,
): Fit {
  const { engine, backend, device } = trainer;
  const needed = trainerMemory(backend, size, model);
  const refuse = (code: "memory" | "vram" | "heap", available: number): Fit => ({
    fits: false,
    why: { code, values: { engine, backend, needed, available } },
  });
  if (device === "gpu") {
    const vram = Math.max(0, ...machine.gpus.map((gpu) => gpu.vramBytes));
    if (needed > vram) return refuse("vram", vram);
  } else if (needed > machine.memoryBytes) return refuse("memory", machine.memoryBytes);
  const heap = TRAINER_COSTS[backend].heapBytes;
  return heap !== undefined && needed > heap ? refuse("heap", heap) : { fits: true };
}

export type TrainerChoice = {
  engine: TrainerEngine;
  backend: TrainerBackend;
  version: string;
  device: "cpu" | "gpu";
  threads: number;
  why: TrainerReason;
  /** What else was asked, and why it was not taken. */
  others: TrainerReason[];
};
export type NoTrainer = { engine: undefined; others: TrainerReason[] };

/** Fastest measured first; what was never measured comes last, in the order the machine names it. */
export function bySpeed(trainers: readonly LiveTrainer[]): LiveTrainer[] {
  const speed = ({ backend }: LiveTrainer) => TRAINER_COSTS[backend].speed?.train ?? 0;
  return [...trainers].sort((a, b) => speed(b) - speed(a));
}

/**
 * The engine that trains: the one asked for, or for `auto` the first that fits, in order of measured speed. Without one,
 * `others` says of each engine why not.
 */
export function chooseTrainer(
  params: TrainerSize & { engine: "auto" | TrainerEngine },
  model: ModelFacts | undefined,
  machine: TrainerMachine,
): TrainerChoice | NoTrainer {
  const wanted = params.engine === "auto" ? TRAINER_ENGINES : [params.engine];
  const others: TrainerReason[] = [];
  const fitting: LiveTrainer[] = [];
  for (const trainer of bySpeed(machine.trainers.filter(({ engine }) => wanted.includes(engine)))) {
    const fit = trainerFits(trainer, params, model, machine);
    if (fit.fits) fitting.push(trainer);
    else others.push(fit.why);
  }
  for (const engine of wanted) {
    if (!machine.trainers.some((trainer) => trainer.engine === engine))
      others.push({ code: "absent", values: { engine } });
  }
  const [first, second] = fitting;
  if (!first) return { engine: undefined, others };
  for (const { engine, backend } of fitting.slice(1)) {
    if (!TRAINER_COSTS[backend].speed) others.push({ code: "unmeasured", values: { engine, backend } });
  }
  const threads = Math.min(TRAINER_COSTS[first.backend].threads, machine.threads);
  return { ...first, threads, why: whyChosen(params.engine, first, second), others };
}

function whyChosen(
  asked: "auto" | TrainerEngine,
  { engine, backend }: LiveTrainer,
  second: LiveTrainer | undefined,
): TrainerReason {
  if (asked !== "auto") return { code: "asked", values: { engine, backend } };
  const speed = TRAINER_COSTS[backend].speed?.train;
  const next = second && TRAINER_COSTS[second.backend].speed?.train;
  return speed && second && next
    ? {
        code: "fastest",
        values: {
          engine,
          backend,
          times: Number((speed / next).toPrecision(2)),
          than: second.engine,
          thanBackend: second.backend,
        },
      }
    : { code: "only", values: { engine, backend } };
}
