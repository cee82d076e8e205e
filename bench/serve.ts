/**
 * What serving takes: the gateway over HTTP, its model in a process of its own, beside node-llama-cpp called directly in one
 * process with the same file, prompts and settings.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testGguf } from "@/engines/llama/_testing/model";
import { serveTestGateway } from "@/server/gateway/_testing/serve";
import { programEntry } from "@/server/program-entry";
import { answerOf } from "./lib/child";
import { row } from "./lib/row";
import type { BenchRow } from "./run";
import { ANSWER_TOKENS, measure, median, ownCpuSeconds, PROMPTS, type ServeFigures } from "./serve/prompts";

const root = join(import.meta.dirname, "..");

export default async function bench(): Promise<BenchRow[]> {
  // In turns, so that a machine that slows down slows both.
  const rounds: { telar: ServeFigures; direct: ServeFigures }[] = [];
  for (let round = 0; round < 3; round++) {
    process.stderr.write(`Round ${round + 1} of 3\n`);
    rounds.push({ telar: await throughGateway(), direct: await direct() });
  }
  const of = (side: "telar" | "direct", figure: keyof ServeFigures) =>
    median(rounds.map((one) => one[side][figure]));
  const name = "node-llama-cpp, direct";
  const pair = (
    measure: string,
    unit: string,
    figure: keyof ServeFigures,
    better: "more" | "less",
    goal: string,
  ) => row(measure, unit, of("telar", figure), of("direct", figure), name, better, goal);
  return [
    pair("one at a time", "tokens/s", "alone", "more", "≥ 0.9"),
    pair(`${PROMPTS.length} at once, 2 in parallel`, "tokens/s", "together", "more", "≥ 0.9"),
    pair("processor time", "ms a token", "cpuMs", "less", "≥ 0.9"),
    pair("first token", "ms", "firstMs", "less", "≥ 0.8"),
  ];
}

async function direct(): Promise<ServeFigures> {
  const program = join(import.meta.dirname, "serve", "direct.ts");
  return answerOf(process.execPath, ["--import", import.meta.resolve("tsx"), program, await testGguf()]);
}

async function throughGateway(): Promise<ServeFigures> {
  const gateway = await serveTestGateway({
    process: { entry: programEntry(root, "model-process", "server/gateway/model-process.ts") },
    config: { contextLength: 512, parallel: 2, temperature: 0 },
  });
  const ask = async (prompt: string): Promise<{ firstMs: number; tokens: number }> => {
    const since = performance.now();
    const response = await fetch(`${gateway.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "smol",
        prompt,
        max_tokens: ANSWER_TOKENS,
        seed: 1,
        stream: true,
        stream_options: { include_usage: true },
      }),
    });
    if (!response.ok) throw new Error(await response.text());
    let firstMs: number | undefined;
    let text = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      firstMs ??= performance.now() - since;
      text += chunk;
    }
    const last = text.trimEnd().split("\n\n").at(-2) ?? "";
    const { usage } = JSON.parse(last.replace(/^data: /, "")) as { usage: { completion_tokens: number } };
    return { firstMs: firstMs!, tokens: usage.completion_tokens };
  };
  try {
    const { backend, release } = await gateway.backends.use({
      id: "d1",
      teamId: "team",
      digest: "sha256:a",
      name: "smol",
    });
    release();
    const { pid } = backend as { pid?: number };
    return await measure(ask, () => ownCpuSeconds() + cpuSecondsOf(pid!));
  } finally {
    await gateway.close();
  }
}

/** Of another process, from proc(5): ticks of 10 ms. Elsewhere than on Linux only this process is counted. */
function cpuSecondsOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
