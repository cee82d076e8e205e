/**
 * What trains in this process. A kind that trains names no engine in its imports: it asks `openTrainer` for the one that
 * `chooseTrainer` (`graph/trainers.ts`) found. An engine that needs a process of its own is a job in Python instead.
 */
import type { ModelFacts } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import {
  type Fit,
  type LiveTrainer,
  type TrainerEngine,
  type TrainerMachine,
  type TrainerSize,
  trainerFits,
} from "@/graph/trainers";
import { liveTrainers } from "./live-trainers";
import { ensureSelfCheck, type SelfCheck } from "./training/self-check";
import { type OpenTrainable, type TrainInput, type TrainResult, train } from "./training/train";

export type Trainer = {
  /** What it is, as it loaded; `version` is part of what a result depends on. */
  live: LiveTrainer;
  fits(
    size: TrainerSize,
    model: ModelFacts | undefined,
    machine: Pick<TrainerMachine, "memoryBytes" | "gpus">,
  ): Fit;
  /** Reads weights into the engine: losses and gradients, for the self-check and for tests. */
  open: OpenTrainable;
  /** Trains to the end, or until `input.signal`; `input.state` holds the result and goes on exactly where it stopped. */
  train(input: TrainInput): Promise<TrainResult>;
};

/** Loads native code, so only when it is asked for. */
const ENGINES: Record<TrainerEngine, (live: LiveTrainer) => Promise<OpenTrainable>> = {
  onnx: async () => (await import("./onnx/runner")).openOnnx,
  tfjs: async ({ backend }) => (await import("./tfjs/open")).openerOf(backend),
};

/** A backend by name, as it loads here. It has not shown yet that it computes rightly. @throws Failure `trainer-absent` */
export async function loadTrainer(backend: string): Promise<Trainer> {
  const live = (await liveTrainers()).find((one) => one.backend === backend);
  if (!live) throw new Failure("UNAVAILABLE", "trainer-absent", { backend });
  return trainerOf(live, await ENGINES[live.engine](live));
}

/**
 * The engine that a job was planned with, once it has reproduced the stored reference values on this machine.
 *
 * @throws Failure `trainer-absent`, `engine-changed` when another version is there than was planned, `engine-self-check`
 */
export async function openTrainer(
  planned: { backend: string; version: string },
  cacheDir: string,
  threads: number,
): Promise<{ trainer: Trainer; check: SelfCheck }> {
  const trainer = await loadTrainer(planned.backend);
  const { engine, backend, version } = trainer.live;
  if (version !== planned.version) {
    const found = `${engine} (${backend} ${version})`;
    throw new Failure("UNAVAILABLE", "engine-changed", { engine, backend, version: planned.version, found });
  }
  return { trainer, check: await ensureSelfCheck(trainer.live, trainer.open, cacheDir, threads) };
}

/** For engines whose losses and gradients go through the common loop. */
const trainerOf = (live: LiveTrainer, open: OpenTrainable): Trainer => ({
  live,
  open,
  fits: (size, model, machine) => trainerFits(live, size, model, machine),
  train: (input) => train(input, open),
});
