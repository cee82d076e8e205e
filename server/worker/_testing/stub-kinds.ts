/** Small kinds for tests of the engine: each says in a file that it ran, so that tests can ask. */
import { spawn, spawnSync } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type AnyNode, type Catalogue, defineNode } from "@/graph/define-node";
import { type Labels, PII } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { type AnyRunner, type Context, defineRunner, type InputArtifact } from "@/graph/runner";

const cheap = {
  version: 1,
  codeVersion: 1,
  category: "data" as const,
  icon: "square",
  cache: "content" as const,
  resources: () => ({ threads: 1, memoryBytes: 1e6, gpus: 0 }),
  estimate: () => ({ seconds: 1, memoryBytes: 1e6, diskBytes: 1, wattHours: 0 }),
};
const table = { data: { type: "dataset", shape: "table" } } as const;
const input = { data: { want: { type: "dataset" }, labels: "flow" } } as const;
const output = { data: { type: "dataset" } } as const;

const source = defineNode({
  ...cheap,
  kind: "source",
  params: z.object({ text: z.string().default("a"), pii: z.enum(PII).optional() }),
  inputs: {},
  outputs: output,
  infer: () => table,
});
const step = defineNode({
  ...cheap,
  kind: "step",
  params: z.object({ tag: z.string().default(""), constant: z.boolean().default(false) }),
  inputs: input,
  outputs: output,
  infer: () => table,
});
const join2 = defineNode({
  ...cheap,
  kind: "join",
  params: z.object({}),
  inputs: { data: { want: { type: "dataset" }, labels: "flow", list: true } },
  outputs: output,
  infer: () => table,
});
const slow = defineNode({
  ...cheap,
  kind: "slow",
  params: z.object({ ms: z.number().default(60_000), steps: z.number().default(10) }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow", optional: true } },
  outputs: output,
  infer: () => table,
  isolate: true,
});
const stubborn = defineNode({
  ...cheap,
  kind: "stubborn",
  params: z.object({}),
  inputs: {},
  outputs: output,
  infer: () => table,
});
/** Ignores every signal, and so do the processes it starts: one in its group, one outside, one whose parent has ended. */
const brood = defineNode({
  ...cheap,
  kind: "brood",
  params: z.object({}),
  inputs: {},
  outputs: output,
  infer: () => table,
});
const failing = defineNode({
  ...cheap,
  kind: "failing",
  params: z.object({ times: z.number().default(99), code: z.string().default("INVALID_INPUT") }),
  inputs: input,
  outputs: output,
  infer: () => table,
});
const hog = defineNode({
  ...cheap,
  kind: "hog",
  params: z.object({}),
  inputs: {},
  outputs: output,
  infer: () => table,
  isolate: true,
});
/** Says on which GPU it begins and ends. */
const gpu = defineNode({
  ...cheap,
  kind: "gpu",
  params: z.object({ vram: z.number(), count: z.int().default(1) }),
  inputs: {},
  outputs: output,
  infer: () => table,
  resources: ({ vram, count }) => ({ threads: 1, memoryBytes: 1e6, gpus: count, vramBytes: vram }),
});
const filler = defineNode({
  ...cheap,
  kind: "filler",
  params: z.object({ megabytes: z.number().default(4) }),
  smoke: { megabytes: 1 },
  inputs: {},
  outputs: output,
  infer: () => table,
});
const ship = defineNode({
  ...cheap,
  kind: "ship",
  params: z.object({ automatic: z.boolean().default(false) }),
  inputs: input,
  outputs: { endpoint: { type: "endpoint" } },
  infer: () => ({ endpoint: { type: "endpoint" } }),
  cache: "never",
  sideEffect: true,
});
const train = defineNode({
  ...cheap,
  kind: "train",
  params: z.object({}),
  inputs: input,
  outputs: output,
  infer: () => table,
  place: (_params, _inputs, { trainers, threads }) => {
    const onnx = trainers.find(({ engine }) => engine === "onnx");
    return onnx
      ? { ...onnx, threads: Math.min(1, threads), why: { code: "only", values: {} }, others: [] }
      : { engine: undefined, others: [{ code: "absent", values: { engine: "onnx" } }] };
  },
});

/** Keeps a diary of its own, so that a test can tell when and where each attempt was at work. */
const busy = defineNode({
  ...cheap,
  kind: "busy",
  params: z.object({
    tag: z.string().default(""),
    ms: z.number().default(20),
    bytes: z.number().default(20_000),
    /** Ignores every request to stop. */
    deaf: z.boolean().default(false),
  }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow", list: true, optional: true } },
  outputs: output,
  infer: () => table,
});

/** All of it in Python: `telar_jobs.echo`. */
const pyEcho = defineNode({
  ...cheap,
  kind: "py-echo",
  params: z.object({
    text: z.string().default(""),
    steps: z.number().default(2),
    seconds: z.number().default(0),
    secret: z.object({ secret: z.string() }).optional(),
  }),
  inputs: {},
  outputs: output,
  infer: () => table,
  runtime: () => ({ in: "python", module: "telar_jobs.echo" }),
  isolate: true,
});
/** Says what it was told in confidence, in every way it has. */
const blab = defineNode({
  ...cheap,
  kind: "blab",
  params: z.object({ secret: z.object({ secret: z.string() }) }),
  inputs: {},
  outputs: output,
  infer: () => table,
});
/** One step in Python, the rest here. */
const pyStep = defineNode({
  ...cheap,
  kind: "py-step",
  params: z.object({ module: z.string().default("telar_jobs.echo"), text: z.string().default("step") }),
  inputs: input,
  outputs: output,
  infer: () => table,
});

export const stubs = {
  "py-echo": pyEcho,
  "py-step": pyStep,
  blab,
  source,
  step,
  join: join2,
  slow,
  stubborn,
  brood,
  failing,
  hog,
  gpu,
  filler,
  ship,
  train,
  busy,
};
export const stubCatalogue = stubs satisfies Record<string, AnyNode> as Catalogue;

/** Written by every run of every stub: `kind text`. */
export const RAN = "ran.txt";
const say = (ctx: Pick<Context, "dataDirs">, line: string) =>
  appendFile(join(ctx.dataDirs[0]!, RAN), `${line}\n`);

const textOf = ({ dir }: InputArtifact) => readFile(join(dir, "data.txt"), "utf8");
async function write(ctx: Context<typeof output>, text: string, labels?: Labels) {
  const out = await ctx.artifacts.open("data");
  await writeFile(join(out.dir, "data.txt"), text);
  return { data: out.seal({ shape: "table", rows: 1, ...(labels && { labels }) }) };
}

const runners: Record<keyof typeof stubs, unknown> = {
  source: defineRunner(source, async ({ params, ctx }) => {
    await say(ctx, `source ${params.text}`);
    return write(ctx, params.text, params.pii && { pii: params.pii, origins: [params.text] });
  }),
  step: defineRunner(step, async ({ inputs, params, ctx }) => {
    const text = await textOf(inputs.data);
    await say(ctx, `step ${params.tag}`);
    ctx.log("info", "text", { text: `tag ${params.tag}`, length: text.length });
    for (let i = 0; i < 3; i++) ctx.metric("loss", i, 3 - i);
    return write(ctx, params.constant ? "always the same" : `${text}${params.tag}`);
  }),
  join: defineRunner(join2, async ({ inputs, ctx }) => {
    const texts = await Promise.all(
      Object.entries(inputs.data).map(async ([slot, one]) => `${slot}=${await textOf(one)}`),
    );
    await say(ctx, "join");
    return write(ctx, texts.sort().join(";"));
  }),
  slow: defineRunner(slow, async ({ params, ctx }) => {
    const kept = await ctx.checkpoint.load();
    const from = kept ? Number(await readFile(join(kept.dir, "step.txt"), "utf8")) : 0;
    await say(ctx, `slow from ${from} in ${process.pid}`);
    for (let i = from + 1; i <= params.steps; i++) {
      await sleep(params.ms / params.steps, undefined, { signal: ctx.signal });
      ctx.progress(i, params.steps, "steps");
      await ctx.checkpoint.save(i, (dir) => writeFile(join(dir, "step.txt"), String(i)));
      await say(ctx, `slow step ${i}`);
    }
    return write(ctx, "slow");
  }),
  stubborn: defineRunner(stubborn, async ({ ctx }) => {
    await say(ctx, `stubborn in ${process.pid}`);
    // Blocks the thread: neither messages nor timers of this process run.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120_000);
    return write(ctx, "never");
  }),
  brood: defineRunner(brood, async ({ ctx }) => {
    const deaf = ["-c", "trap '' TERM INT HUP; while :; do sleep 1; done"];
    const children = [false, true].map((detached) => spawn("sh", deaf, { detached, stdio: "ignore" }));
    const start = `const { spawn } = require("node:child_process");
      const child = spawn("sh", ${JSON.stringify(deaf)}, { detached: true, stdio: "ignore" });
      child.unref();
      console.log(child.pid);`;
    const orphan = spawnSync(process.execPath, ["-e", start], { encoding: "utf8" }).stdout.trim();
    const out = await ctx.artifacts.open("data");
    await writeFile(join(out.dir, "half.bin"), Buffer.alloc(4e6, 1));
    await say(ctx, `brood ${process.pid} ${children.map(({ pid }) => pid).join(" ")} ${orphan}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120_000);
    return { data: out.seal({ shape: "table" }) };
  }),
  failing: defineRunner(failing, async ({ params, ctx }) => {
    await say(ctx, "failing");
    const ran = await readFile(join(ctx.dataDirs[0]!, RAN), "utf8");
    if (ran.split("\n").filter((line) => line === "failing").length > params.times)
      return write(ctx, "at last");
    if (params.code === "throw") throw new TypeError("a bug");
    throw new Failure(params.code as "INVALID_INPUT", "stub-failed", { row: 7 });
  }),
  hog: defineRunner(hog, async ({ ctx }) => {
    await say(ctx, "hog");
    const kept: number[][] = [];
    for (;;) kept.push(new Array(1_000_000).fill(kept.length));
  }),
  gpu: defineRunner(gpu, async ({ params, ctx }) => {
    const seen = process.env.CUDA_VISIBLE_DEVICES;
    await say(ctx, `gpu ${seen} + ${params.vram}`);
    await sleep(150, undefined, { signal: ctx.signal });
    await say(ctx, `gpu ${seen} - ${params.vram}`);
    return write(ctx, `${params.vram}`);
  }),
  filler: defineRunner(filler, async ({ params, ctx }) => {
    await say(ctx, "filler");
    const out = await ctx.artifacts.open("data");
    await writeFile(join(out.dir, "data.bin"), Buffer.alloc(params.megabytes * 1e6));
    return { data: out.seal({ shape: "table" }) };
  }),
  "py-echo": undefined,
  blab: defineRunner(blab, async ({ params, ctx }) => {
    const secret = await ctx.secrets(params.secret.secret);
    ctx.log("info", "text", {
      text: `with ${secret}`,
      secret,
      deep: { [secret]: [secret] },
      header: JSON.stringify({ secret }),
    });
    ctx.log("info", "text", { text: `https://hub.example/?token=${encodeURIComponent(secret)}` });
    ctx.log("info", "text", { text: Buffer.from(`user:${secret}`).toString("base64") });
    ctx.log("info", `code ${secret}`);
    throw new Error(`401 for ${secret}`);
  }),
  "py-step": defineRunner(pyStep, async ({ inputs, params, ctx }) => {
    const out = await ctx.artifacts.open("data");
    const { data } = await ctx.runPython(params.module, {
      params: { text: params.text },
      inputs: { data: inputs.data },
      outputs: { data: { type: "dataset", dir: out.dir } },
    });
    return { data: out.seal({ shape: "table", rows: Number(data!.rows) }) };
  }),
  ship: defineRunner(ship, async ({ ctx }) => {
    await say(ctx, "ship");
    const out = await ctx.artifacts.open("endpoint");
    await writeFile(join(out.dir, "endpoint.json"), "{}");
    return { endpoint: out.seal({}) };
  }),
  busy: defineRunner(busy, async ({ params, ctx }) => {
    const diary = join(ctx.dataDirs[0]!, DIARIES, params.tag);
    await appendFile(diary, `start ${process.pid}\n`);
    for (let i = 0; i < 4; i++) {
      await sleep(params.ms / 4, undefined, params.deaf ? {} : { signal: ctx.signal });
      await appendFile(diary, "beat\n");
    }
    const written = await write(ctx, params.tag.padEnd(params.bytes, "."));
    await appendFile(diary, "end\n");
    return written;
  }),
  train: defineRunner(train, async ({ inputs, ctx }) => {
    const dir = await ctx.artifacts.stage("packed", { size: 1 }, async (folder) => {
      await say(ctx, "train stage");
      await writeFile(join(folder, "packed.txt"), await textOf(inputs.data));
    });
    await say(ctx, "train");
    return write(ctx, await readFile(join(dir, "packed.txt"), "utf8"));
  }),
};

/** Folder of the diaries of `busy`, below the data folder: a file each, lines `start PID`, `beat` and `end`. */
export const DIARIES = "diaries";

export const loadStub = async (kind: string) => runners[kind as keyof typeof stubs] as AnyRunner;
