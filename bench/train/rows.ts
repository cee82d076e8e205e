/** The benchmark's rows: GSM8K questions with their answers, tokenized with the model's chat template. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadTokenizer } from "@/engines/tokenizer/load";
import type { TokenRow } from "@/engines/training/slice";
import { Failure } from "@/graph/problems";

/** In this order: a file that a person names, the data folder beside the checkout, the example that comes along. */
const PLACES = [
  process.env.TELAR_BENCH_ROWS,
  fileURLToPath(new URL("../../../shared/data/gsm8k-test.jsonl", import.meta.url)),
  fileURLToPath(new URL("../../examples/data/support.jsonl", import.meta.url)),
];

export async function benchRows(modelDir: string, count: number): Promise<TokenRow[]> {
  for (const place of PLACES) {
    const text = place === undefined ? undefined : await readFile(place, "utf8").catch(() => undefined);
    if (text === undefined) continue;
    process.stderr.write(`Rows from ${place}\n`);
    const talks = text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as { question?: string; answer?: string })
      .filter(({ question, answer }) => question && answer)
      .slice(0, count)
      .map(({ question, answer }) => [
        { role: "user", content: question! },
        { role: "assistant", content: answer! },
      ]);
    const encoded = await (await loadTokenizer(modelDir)).encodeChats(talks);
    return encoded.flatMap((one, i) => (one instanceof Failure ? [] : [{ row: `${i}`, ...one }]));
  }
  throw new Error("No rows: set TELAR_BENCH_ROWS to a JSON Lines file with question and answer");
}
