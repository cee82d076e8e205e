/** Runs one job: inputs verified, the runner called with its context, outputs put into the store. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AnyNode } from "@/graph/define-node";
import { labelSealed } from "@/graph/labels";
import { Failure } from "@/graph/problems";
import type { Context, InputArtifact, SealedOutput } from "@/graph/runner";
import { sayDiskFull } from "@/server/artifacts/disk-errors";
import { portType } from "@/server/artifacts/manifest";
import { openArtifact } from "@/server/artifacts/open";
import { putFolder, type Stored } from "@/server/artifacts/put";
import type { BlobStore } from "@/server/artifacts/store";
import { checkPlacement } from "./check-placement";
import type { HostLink } from "./host-link";
import { keptFolders } from "./kept-folders";
import * as limits from "./limits";
import type { JobSpec } from "./messages";
import { giveScratchBack, takeScratch } from "./scratch";

export async function runJob(
  job: JobSpec,
  link: HostLink,
  signal: AbortSignal,
): Promise<Record<string, Stored>> {
  const definition = link.catalogue[job.kind];
  if (!definition) throw new Failure("INTERNAL", "kind-unknown", { kind: job.kind });
  const dir = await takeScratch(link.store);
  try {
    await checkPlacement(job.placement);
    const runner = await link.loadRunner(job.kind);
    const inputs = await openInputs(job, definition, link.store);
    signal.throwIfAborted();
    const ctx = makeContext(job, definition, link, signal, dir);
    const outputs = await runner({ inputs, params: job.params, ctx });
    signal.throwIfAborted();
    return await storeOutputs(labelSealed(definition, job.params, inputs, outputs), definition, link.store);
  } finally {
    giveScratchBack(link.store, dir);
    link.store.release();
  }
}

async function openInputs(job: JobSpec, definition: AnyNode, store: BlobStore) {
  const inputs: Record<string, InputArtifact | Record<string, InputArtifact>> = {};
  for (const [port, spec] of Object.entries(definition.inputs)) if (spec.list) inputs[port] = {};
  for (const { port, slot, list, digest } of job.inputs) {
    const { dir, manifest } = await openArtifact(store, digest);
    const { type, ...facts } = portType(manifest);
    const artifact = { type, digest, facts, dir } as InputArtifact;
    if (list) (inputs[port] as Record<string, InputArtifact>)[slot] = artifact;
    else inputs[port] = artifact;
  }
  return inputs;
}

async function storeOutputs(
  outputs: Record<string, SealedOutput>,
  definition: AnyNode,
  store: BlobStore,
): Promise<Record<string, Stored>> {
  const stored: Record<string, Stored> = {};
  for (const port of Object.keys(definition.outputs)) {
    const sealed = outputs[port];
    if (!sealed) throw new Failure("INTERNAL", "output-missing", { port });
    const { type, ...facts } = sealed.type;
    stored[port] = await putFolder(store, sealed.dir, { type, facts: JSON.parse(JSON.stringify(facts)) });
  }
  return stored;
}

function makeContext(
  job: JobSpec,
  definition: AnyNode,
  link: HostLink,
  signal: AbortSignal,
  dir: string,
): Context {
  const started = performance.now();
  const kept = keptFolders(job, link, dir);
  let lines = 0;
  const log: Context["log"] = (level, message, values) => {
    // A runner that logs every row must not fill the database.
    if (++lines > limits.logLinesPerAttempt && level === "info") return;
    const line = { at: new Date().toISOString(), level, message: message.slice(0, limits.logLineChars) };
    link.say({ say: "log", line: values ? { ...line, values } : line });
  };
  return {
    signal,
    log,
    progress(done, total, unit) {
      const elapsed = (performance.now() - started) / 1000;
      const left = total && done > 0 && total > done ? (elapsed / done) * (total - done) : undefined;
      const more = {
        ...(total === undefined ? {} : { total }),
        ...(left === undefined ? {} : { secondsLeft: left }),
      };
      link.say({ say: "progress", progress: { done, unit, ...more } });
    },
    metric(name, step, value) {
      if (Number.isFinite(value)) link.say({ say: "metric", name, step: Math.round(step), value });
      else log("warn", `${name} is ${value} at step ${step}`);
    },
    sample: (sample) => link.say({ say: "sample", ...sample }),
    artifacts: {
      async open(port) {
        const type = definition.outputs[port]?.type;
        if (!type) throw new Error(`${job.kind} has no output ${port}`);
        const folder = join(dir, `out-${port}`);
        await sayDiskFull(dir, async () => mkdirSync(folder, { recursive: true }));
        return { dir: folder, seal: (facts) => ({ type: { ...facts, type }, dir: folder }) as never };
      },
      stage: kept.stage,
    },
    checkpoint: kept.checkpoint,
    secrets: (name) => link.ask("secret", { name }),
    recipe: async () => (await link.ask("recipe", { nodeRunId: job.nodeRunId })) ?? undefined,
    tmp: join(dir, "tmp"),
    threads: job.threads,
    placement: job.placement,
    python: link.python,
    dataDirs: [...job.dataDirs, ...link.dataDirs],
    trustedPaths: job.trustedPaths,
    modelsDir: link.modelsDir,
    downloadsDir: link.downloadsDir,
  };
}
