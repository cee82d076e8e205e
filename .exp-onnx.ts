import { readFileSync } from "node:fs";
import { loadModel } from "@/engines/onnx/model";
import { initAdapter } from "@/engines/onnx/init";
import { newState } from "@/engines/onnx/state";
import { train } from "@/engines/onnx/train";
import { ADAMW } from "@/engines/onnx/adamw";
const cfg = JSON.parse(process.argv[2]!);
const all = JSON.parse(readFileSync(cfg.file ?? "/tmp/telar/work/short.json", "utf8")).map((r: any) => ({ ...r, ids: r.ids.slice(0, cfg.cut ?? 1000), mask: r.mask.slice(0, cfg.cut ?? 1000) }));
const model = await loadModel("/tmp/telar/smollm2-hf");
const state = newState(initAdapter(model.config, { rank: 16, alpha: 32, rsLora: false, targets: ["q_proj","k_proj","v_proj","o_proj","gate_proj","up_proj","down_proj"], seed: 1 }));
const t = performance.now();
await train({ model, rows: all.slice(0, cfg.rows ?? 380), validation: all.slice(380, 420), state, threads: 2, signal: new AbortController().signal,
 options: { batchSize: 8, gradientAccumulation: 1, epochs: 1, steps: 0, learningRate: 2e-4, scheduler: "cosine", warmupRatio: 0.05, adamw: ADAMW, maxGradNorm: 1, validateEvery: 0, earlyStoppingPatience: 0, earlyStoppingMinDelta: 0, checkpointEvery: 0, seed: 1, ...cfg.o },
 events: { onStep: (r) => { if (r.step % 10 === 1) console.log(r.step, r.loss.toFixed(3), r.gradNorm.toFixed(2), r.tokensPerSecond.toFixed(0)); }, onValidation: (v) => console.log("VAL", v.step, v.loss.toFixed(4), v.perplexity.toFixed(2)) } });
const c = process.cpuUsage();
console.log(JSON.stringify(cfg), "seconds", (performance.now() - t) / 1000, "cpu", (c.user + c.system) / 1e6, "rss", process.resourceUsage().maxRSS / 1024);
process.exit(0);
