/** Reads what a running PostgreSQL says of itself in its data folder. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export type Postmaster = { pid: number; port: number; socketDir: string; ready: boolean };

/** Undefined when no server has started or the file is still being written. */
export function readPostmaster(dir: string): Postmaster | undefined {
  let text: string;
  try {
    text = readFileSync(join(dir, "postmaster.pid"), "utf8");
  } catch {
    return undefined;
  }
  const [pid, , , port, socketDir, , , status] = text.split("\n").map((line) => line.trim());
  if (!pid || !Number(pid)) return undefined;
  return { pid: Number(pid), port: Number(port), socketDir: socketDir ?? "", ready: status === "ready" };
}

/** A pid may have been given to another program since the file was written. */
export function isPostgres(pid: number): boolean {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
      return state !== "Z" && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "postgres";
    }
    return /postgres/.test(execFileSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" }));
  } catch {
    return false;
  }
}
