/** What of this machine may change a training result: it is part of the cache key of kinds that train. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism } from "node:os";
import type { AnyNode } from "@/graph/define-node";

let version: string | undefined;

export function trainingFingerprint(
  definition: AnyNode,
  params: Record<string, unknown>,
): Record<string, string | number> | undefined {
  if (definition.fingerprint !== "training") return undefined;
  const { threads, device } = definition.resources(params, {});
  version ??= engineVersion();
  return {
    engine: "onnx",
    version,
    device,
    arch: arch(),
    threads: Math.min(threads, availableParallelism()),
  };
}

function engineVersion(): string {
  try {
    const require = createRequire(`${process.cwd()}/`);
    return JSON.parse(readFileSync(require.resolve("onnxruntime-node/package.json"), "utf8")).version;
  } catch {
    return "none";
  }
}
