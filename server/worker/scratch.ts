/** The folder a job works in. It is emptied and used again: making and removing folders waits for the disk's journal. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sayDiskFull } from "@/engines/disk-full";
import type { BlobStore } from "@/server/artifacts/store";
import { machineMark } from "@/server/artifacts/sweep-folder";

type Place = Pick<BlobStore, "scratch">;
const spare = new Map<string, string[]>();

/** Named after this process, so that it is swept when the process dies. Holds an empty folder `tmp`. */
export async function takeScratch({ scratch }: Place): Promise<string> {
  const kept = spare.get(scratch)?.pop();
  if (kept) return kept;
  const dir = join(scratch, `job-${machineMark}-${process.pid}-${randomBytes(6).toString("hex")}`);
  await sayDiskFull(dir, async () => mkdirSync(join(dir, "tmp"), { recursive: true }));
  return dir;
}

/** Empty folders stay. A folder that cannot be emptied is removed whole. */
export function giveScratchBack({ scratch }: Place, dir: string): void {
  try {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory())
        for (const name of readdirSync(path)) rmSync(join(path, name), { recursive: true, force: true });
      else rmSync(path, { force: true });
    }
    spare.set(scratch, [...(spare.get(scratch) ?? []), dir]);
  } catch {
    rmSync(dir, { recursive: true, force: true });
  }
}
