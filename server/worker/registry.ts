/** The row that says who works on this database, and with what. */
import { hostname } from "node:os";
import type { Pool } from "@/server/db";
import { jsonParam } from "@/server/storable";
import type { Machine } from "./machine";

export { isAlive } from "@/server/is-alive";

export async function registerWorker(
  pool: Pool,
  { id, name, machine }: { id: string; name: string; machine: Machine },
): Promise<void> {
  await pool.query(
    `INSERT INTO "Worker" (id, name, host, pid, threads, "memoryBytes", gpus, arch, trainers)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      name,
      hostname(),
      process.pid,
      machine.threads,
      Math.round(machine.memoryBytes),
      jsonParam(machine.gpus),
      machine.arch,
      jsonParam(machine.trainers),
    ],
  );
}

/** What it offers has changed. */
export async function updateWorker(pool: Pool, id: string, machine: Machine): Promise<void> {
  await pool.query(
    `UPDATE "Worker" SET threads = $2, "memoryBytes" = $3, gpus = $4, arch = $5, trainers = $6 WHERE id = $1`,
    [
      id,
      machine.threads,
      Math.round(machine.memoryBytes),
      jsonParam(machine.gpus),
      machine.arch,
      jsonParam(machine.trainers),
    ],
  );
}

export async function seeWorker(pool: Pool, id: string): Promise<void> {
  await pool.query({
    name: "see-worker",
    text: 'UPDATE "Worker" SET "seenAt" = now() WHERE id = $1',
    values: [id],
  });
}

export async function stopWorkerRow(pool: Pool, id: string): Promise<void> {
  await pool.query('UPDATE "Worker" SET "stoppedAt" = now() WHERE id = $1', [id]);
}
