/** A full disk is the world's trouble, not the node's: it is said with its place, and tried again. */
import { statfsSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { Failure } from "@/graph/problems";

const CODES = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** DuckDB, llama.cpp, onnxruntime, Python and PostgreSQL give text only; PostgreSQL a code of its own too. */
const TEXT = /No space left on device|File too large|Disk quota exceeded|(could not|failed to) extend file/i;
const POSTGRES_FULL = "53100";

const causes = function* (error: unknown): Generator<Error & { code?: unknown; path?: unknown }> {
  for (let at = error; at instanceof Error; at = at.cause) yield at;
};

export function isDiskFull(error: unknown): boolean {
  for (const { code, message } of causes(error))
    if (CODES.has(String(code)) || code === POSTGRES_FULL || TEXT.test(message)) return true;
  return false;
}

/** The database refused a write for want of room. */
export function isDatabaseFull(error: unknown): boolean {
  for (const { code, message } of causes(error))
    if (code === POSTGRES_FULL || /could not extend file/.test(message)) return true;
  return false;
}

/**
 * `disk-full` with the folder, what is free there and what is needed, as far as that is known; `file-limit` where the disk has
 * room and the system lets no file grow so far. Megabytes, rounded up for what is needed.
 * @param place the folder that was written to, where the error itself names no file
 */
export function diskFull(place: string, cause: unknown, neededBytes?: number): Failure {
  const folder = placeOf(cause) ?? place;
  const free = freeBytes(folder);
  const options = { cause };
  const isLimit = [...causes(cause)].some(
    ({ code, message }) => code === "EFBIG" || /File too large/i.test(message),
  );
  if (isLimit) return new Failure("UNAVAILABLE", "file-limit", { place: folder }, options);
  const known = { place: folder, freeMegabytes: Math.floor((free ?? 0) / 1e6) };
  if (free === undefined) return new Failure("UNAVAILABLE", "disk-full", { place: folder }, options);
  if (neededBytes === undefined) return new Failure("UNAVAILABLE", "disk-full-free", known, options);
  const neededMegabytes = Math.ceil(neededBytes / 1e6);
  return new Failure("UNAVAILABLE", "disk-full-needs", { ...known, neededMegabytes }, options);
}

export async function sayDiskFull<T>(
  place: string,
  work: () => Promise<T>,
  neededBytes?: number,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw isDiskFull(error) ? diskFull(place, error, neededBytes) : error;
  }
}

/** The folder of the file that an error names. */
function placeOf(error: unknown): string | undefined {
  for (const { path, message } of causes(error)) {
    if (typeof path === "string" && isAbsolute(path)) return dirname(path);
    const named = /["'“](\/[^"'”\n]+)["'”]/.exec(message)?.[1];
    if (named) return dirname(named);
  }
  return undefined;
}

/** Bytes that this account may still write where the folder is, or would be. */
function freeBytes(place: string): number | undefined {
  if (!isAbsolute(place)) return undefined;
  for (let dir = place; ; dir = dirname(dir)) {
    try {
      const { bavail, bsize } = statfsSync(dir);
      return bavail * bsize;
    } catch {
      if (dirname(dir) === dir) return undefined;
    }
  }
}
