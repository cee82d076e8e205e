/** Kinds that do nothing but pass a small file on: what a run of them takes is what the engine takes. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type AnyNode, type Catalogue, defineNode } from "@/graph/define-node";
import { type AnyRunner, type Context, defineRunner, type InputArtifact } from "@/graph/runner";

const base = {
  version: 1,
  codeVersion: 1,
  category: "data" as const,
  icon: "square",
  cache: "content" as const,
  resources: () => ({ threads: 1, memoryBytes: 1e6, gpus: 0 }),
  estimate: () => ({ seconds: 0.01, memoryBytes: 1e6, diskBytes: 100, wattHours: 0 }),
  params: z.object({ tag: z.string().default("") }),
  outputs: { data: { type: "dataset" } } as const,
  infer: () => ({ data: { type: "dataset", shape: "table" } }) as const,
};
const source = defineNode({ ...base, kind: "source", inputs: {} });
const step = defineNode({
  ...base,
  kind: "step",
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
});
const join2 = defineNode({
  ...base,
  kind: "join",
  inputs: { data: { want: { type: "dataset" }, labels: "flow", list: true } },
});

export const benchCatalogue = { source, step, join: join2 } satisfies Record<string, AnyNode> as Catalogue;

const textOf = ({ dir }: InputArtifact) => readFile(join(dir, "data.txt"), "utf8");
async function write(ctx: Context<typeof base.outputs>, text: string) {
  const out = await ctx.artifacts.open("data");
  await writeFile(join(out.dir, "data.txt"), text);
  return { data: out.seal({ shape: "table", rows: 1 }) };
}

const runners: Record<string, unknown> = {
  source: defineRunner(source, ({ params, ctx }) => write(ctx, params.tag)),
  step: defineRunner(step, async ({ inputs, params, ctx }) =>
    write(ctx, `${(await textOf(inputs.data)).slice(0, 40)} ${params.tag}`),
  ),
  join: defineRunner(join2, async ({ inputs, ctx }) => {
    const texts = await Promise.all(Object.values(inputs.data).map(textOf));
    return write(ctx, texts.sort().join("\n"));
  }),
};
export const loadBenchRunner = async (kind: string) => runners[kind] as AnyRunner;
