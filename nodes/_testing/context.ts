/** A context for runner tests: outputs land in a temporary folder, everything said is kept. */
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InputSpecs, NodeDefinition, OutputSpecs, Params } from "@/graph/define-node";
import { labelSealed } from "@/graph/labels";
import type { PortType } from "@/graph/ports";
import type { Values } from "@/graph/problems";
import type { Context, InputArtifact, Job, Outputs, Runner } from "@/graph/runner";
import { logSentence } from "@/messages/words";

export async function fakeContext<O extends OutputSpecs>(
  definition: { kind?: string; outputs: O },
  over: Partial<Context<O>> = {},
) {
  const root = await mkdtemp(join(tmpdir(), "telar-node-"));
  const reported = {
    logs: [] as string[],
    metrics: [] as [string, number, number][],
    samples: [] as string[],
  };
  const folder = async (name: string) => {
    const dir = join(root, name);
    await mkdir(dir, { recursive: true });
    return dir;
  };
  const ctx: Context<O> = {
    signal: new AbortController().signal,
    log: (level, code, values = {}) =>
      void reported.logs.push(`${level} ${logSentence(code, values as Values, definition.kind)}`),
    progress: () => {},
    metric: (name, step, value) => void reported.metrics.push([name, step, value]),
    sample: ({ text }) => void reported.samples.push(text),
    artifacts: {
      open: async (port) => {
        const dir = await folder(`out-${port}`);
        const type = definition.outputs[port]!.type;
        return { dir, seal: (facts) => ({ type: { type, ...facts } as never, dir }) };
      },
      stage: async (name, _key, make) => {
        const dir = await folder(`stage-${name}`);
        await make(dir);
        return dir;
      },
    },
    checkpoint: { load: async () => undefined, save: async () => {} },
    secrets: async (name) => {
      throw new Error(`no secret ${name} in a test`);
    },
    recipe: async () => undefined,
    tmp: await folder("tmp"),
    threads: 2,
    placement: undefined,
    runPython: async (module) => {
      throw new Error(`no Python for ${module} in a test`);
    },
    dataDirs: [root],
    trustedPaths: [],
    modelsDir: await folder("models"),
    downloadsDir: await folder("downloads"),
    ...over,
  };
  return { ctx, reported, root };
}

/** The output of one runner as the input of the next. */
export function asInput(sealed: { type: PortType; dir: string }): InputArtifact<never> {
  const { type, ...facts } = sealed.type;
  return { type: type as never, digest: `sha256:${"0".repeat(64)}`, facts: facts as never, dir: sealed.dir };
}

/** Runs a kind as a job does: what comes out carries the labels of what went in. */
export async function runKind<
  K extends string,
  P extends Params,
  I extends InputSpecs,
  O extends OutputSpecs,
>(definition: NodeDefinition<K, P, I, O>, runner: Runner<P, I, O>, job: Job<P, I, O>): Promise<Outputs<O>> {
  const outputs = await runner(job);
  return labelSealed(definition, job.params, job.inputs as never, outputs) as Outputs<O>;
}
