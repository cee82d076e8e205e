/** The machines that a run is planned for: those of the workers that are up, or this one where none is. */
import type { PlacementMachine } from "@/graph/placement";
import { readWorkers } from "../attempts/queue-rows";
import type { RunEngine } from "../commit/engine";

export async function readMachines({ pool, machine }: RunEngine): Promise<PlacementMachine[]> {
  const workers = await readWorkers(pool);
  if (!workers.length) return machine ? [await machine()] : [];
  return workers.map(({ total: { threads, memoryBytes, vram, trains } }) => ({
    threads,
    memoryBytes,
    gpus: vram.map((vramBytes) => ({ vramBytes })),
    arch: trains?.arch ?? "",
    trainers: trains?.trainers ?? [],
  }));
}
