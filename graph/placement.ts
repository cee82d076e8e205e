/**
 * Where training lands: what of a machine may change its numbers. Fixed when a run is planned, part of the cache key, and
 * checked by the worker that executes it.
 */
import { bySpeed, type NoTrainer, type TrainerChoice, type TrainerMachine } from "./trainers";

export type Placement = {
  engine: string;
  /** What the engine computes with. */
  backend: string;
  version: string;
  device: "cpu" | "gpu";
  /** Of the processor, as Node names it. */
  arch: string;
  threads: number;
};

export type PlacementMachine = TrainerMachine & { arch: string };

/** A kind's own choice on one machine. */
type Place = (
  params: Record<string, unknown>,
  inputs: Record<string, unknown>,
  machine: TrainerMachine,
) => TrainerChoice | NoTrainer;

export type Placed = { placement: Placement; choice: TrainerChoice };

/** Whether a job that was planned for `placement` may run there. */
export function hostsPlacement(machine: PlacementMachine, placement: Placement): boolean {
  const { engine, backend, version, device, arch, threads } = placement;
  return (
    machine.arch === arch &&
    machine.threads >= threads &&
    machine.trainers.some(
      (one) =>
        one.engine === engine && one.backend === backend && one.version === version && one.device === device,
    )
  );
}

/**
 * The best that one of the machines offers: the engine first in order of measured speed, on the earliest machine that has
 * it. Undefined for a kind whose results depend on no machine.
 */
export function placeNode(
  definition: { place?: Place },
  params: Record<string, unknown>,
  inputs: Record<string, unknown>,
  machines: readonly PlacementMachine[],
): Placed | NoTrainer | undefined {
  if (!definition.place) return undefined;
  let refused: NoTrainer = { engine: undefined, others: [] };
  const offered: { choice: TrainerChoice; machine: PlacementMachine }[] = [];
  for (const machine of machines) {
    const choice = definition.place(params, inputs, machine);
    if (choice.engine) offered.push({ choice, machine });
    else if (!refused.others.length) refused = choice;
  }
  const [fastest] = bySpeed(offered.map(({ choice }) => choice));
  const best = fastest && offered.find(({ choice }) => choice.backend === fastest.backend);
  if (!best) return refused;
  const { engine, backend, version, device, threads } = best.choice;
  const placement = { engine, backend, version, device, arch: best.machine.arch, threads };
  return { placement, choice: best.choice };
}
