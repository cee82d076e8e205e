/** A full disk is the world's trouble, not the node's: it is said as such and tried again. */
import { Failure } from "@/graph/problems";

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

export function isDiskFull(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause)
    if (FULL.has((at as NodeJS.ErrnoException).code ?? "")) return true;
  // DuckDB, llama.cpp and onnxruntime give text only.
  return (
    error instanceof Error &&
    /No space left on device|File too large|Disk quota exceeded/i.test(error.message)
  );
}

export function diskFull(place: string, cause: unknown): Failure {
  return new Failure("UNAVAILABLE", "disk-full", { place }, { cause });
}

export async function sayDiskFull<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDiskFull(error) ? diskFull(place, error) : error;
  }
}
