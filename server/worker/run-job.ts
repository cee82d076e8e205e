/** Runs one job in a job host: inputs verified, the runner called with its context, outputs put into the store. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { sayDiskFull } from "@/engines/disk-full";
import { Failure } from "@/graph/problems";
import { runtimeOf } from "@/graph/runtime";
import type { Stored } from "@/server/artifacts/put";
import { checkPlacement } from "./check-placement";
import { makeContext } from "./context";
import type { HostLink } from "./host-link";
import { openInputs, type Produced, storeOutputs, typesOf } from "./job-artifacts";
import { storeAnswers } from "./kept-folders";
import type { JobSpec } from "./messages";
import { type PythonHost, runNodeInPython } from "./run-python";
import { giveScratchBack, takeScratch } from "./scratch";
import { createSpeech } from "./speech";

export async function runJob(
  job: JobSpec,
  link: HostLink,
  signal: AbortSignal,
): Promise<Record<string, Stored>> {
  const definition = link.catalogue[job.kind];
  if (!definition) throw new Failure("INTERNAL", "kind-unknown", { kind: job.kind });
  const { store } = link;
  const dir = await takeScratch(store);
  try {
    await checkPlacement(job.placement);
    const inputs = await openInputs(job, definition, store);
    signal.throwIfAborted();
    const host: PythonHost = {
      job,
      answers: storeAnswers(job, link),
      recipe: async () => (await link.ask("recipe", { nodeRunId: job.nodeRunId })) ?? undefined,
      speech: createSpeech(link.say),
      signal,
      dir,
      dirs: {
        dataDirs: [...job.dataDirs, ...link.dataDirs],
        modelsDir: link.modelsDir,
        downloadsDir: link.downloadsDir,
      },
      trainerDir: link.trainerDir,
      held: link.held,
    };
    const runtime = runtimeOf(definition, job.params, typesOf(definition, inputs));
    let produced: Produced;
    if (runtime.in === "python") produced = await runNodeInPython(definition, runtime.module, inputs, host);
    else {
      const runner = await link.loadRunner(job.kind);
      const ctx = makeContext(definition, {
        ...host,
        async outputDir(port) {
          const folder = join(dir, `out-${port}`);
          await sayDiskFull(dir, async () => mkdirSync(folder, { recursive: true }));
          return folder;
        },
        tmp: join(dir, "tmp"),
      });
      produced = { outputs: await runner({ inputs, params: job.params, ctx }) };
    }
    signal.throwIfAborted();
    return await storeOutputs(produced, { job, definition, inputs, store });
  } finally {
    giveScratchBack(store, dir);
    store.release();
  }
}
