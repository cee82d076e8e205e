/** A job that trains runs only on the engine that it was planned for: its result is stored under that engine's key. */
import { arch } from "node:os";
import { liveTrainers } from "@/engines/live-trainers";
import { hostsPlacement, type Placement } from "@/graph/placement";
import { Failure } from "@/graph/problems";

/** @throws Failure `engine-changed`, which puts the job back into the queue: packages changed while this worker ran */
export async function checkPlacement(placement: Placement | null | undefined): Promise<void> {
  if (!placement) return;
  const trainers = await liveTrainers();
  const { threads } = placement;
  if (hostsPlacement({ threads, memoryBytes: 0, gpus: [], arch: arch(), trainers }, placement)) return;
  const { engine, backend, version } = placement;
  const found = trainers.map((one) => `${one.engine} (${one.backend} ${one.version})`).join(", ") || "none";
  throw new Failure("UNAVAILABLE", "engine-changed", { engine, backend, version, found });
}
