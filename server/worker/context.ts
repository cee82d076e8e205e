/** What a runner gets as `ctx`, whichever way its job runs. */
import type { AnyNode } from "@/graph/define-node";
import type { Values } from "@/graph/problems";
import type { Context } from "@/graph/runner";
import { keptFolders } from "./kept-folders";
import { type PythonHost, runPythonStep } from "./run-python";

export type ContextParts = PythonHost & {
  outputDir(port: string): Promise<string>;
  tmp: string;
};

export function makeContext(definition: AnyNode, parts: ContextParts): Context {
  const { job, speech, answers, signal, recipe, dir, dirs, tmp, outputDir } = parts;
  const { stage, checkpoint } = keptFolders(answers, dir);
  return {
    signal,
    recipe,
    tmp,
    threads: job.threads,
    placement: job.placement ?? undefined,
    ...dirs,
    trustedPaths: job.trustedPaths,
    log: (level, code, values = {}) => speech.log(level, code, plain(values)),
    progress: speech.progress,
    metric: speech.metric,
    sample: speech.sample,
    artifacts: {
      async open(port) {
        const type = definition.outputs[port]?.type;
        if (!type) throw new Error(`${definition.kind} has no output ${port}`);
        const folder = await outputDir(port);
        return { dir: folder, seal: (facts) => ({ type: { ...facts, type }, dir: folder }) as never };
      },
      stage,
    },
    checkpoint,
    secrets: answers.secret,
    runPython: (module, step) => runPythonStep(module, step, parts),
  };
}

/** Text and numbers, as every way of running a job carries them. */
function plain(values: Record<string, unknown>): Values {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    known.map(([name, value]) => [
      name,
      typeof value === "string" || typeof value === "number" ? value : JSON.stringify(value),
    ]),
  );
}
