/** The baseline: node-llama-cpp in one process, nothing around it. Prints its figures as JSON. */
import { getLlama, type LlamaContextSequence, LlamaLogLevel } from "node-llama-cpp";
import { defaultThreads } from "@/engines/llama/threads";
import { ANSWER_TOKENS, type Ask, measure, ownCpuSeconds } from "./prompts";

const llama = await getLlama({
  gpu: false,
  build: "never",
  skipDownload: true,
  progressLogs: false,
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath: process.argv[2]! });
const context = await model.createContext({
  contextSize: 512,
  sequences: 2,
  batchSize: 512,
  threads: defaultThreads(),
});
const free: LlamaContextSequence[] = [context.getSequence(), context.getSequence()];
const waiting: ((sequence: LlamaContextSequence) => void)[] = [];
const take = () =>
  free.length > 0
    ? Promise.resolve(free.pop()!)
    : new Promise<LlamaContextSequence>((done) => waiting.push(done));
const giveBack = (sequence: LlamaContextSequence) => {
  const next = waiting.shift();
  if (next) next(sequence);
  else free.push(sequence);
};

const ask: Ask = async (prompt) => {
  const since = performance.now();
  const sequence = await take();
  try {
    await sequence.clearHistory();
    const { bos } = model.tokens;
    const tokens = [...(bos === null ? [] : [bos]), ...model.tokenize(prompt, true)];
    let firstMs: number | undefined;
    let count = 0;
    for await (const token of sequence.evaluate(tokens, { temperature: 0 })) {
      model.detokenize([token]);
      firstMs ??= performance.now() - since;
      if (++count >= ANSWER_TOKENS) break;
    }
    return { firstMs: firstMs ?? Number.NaN, tokens: count };
  } finally {
    giveBack(sequence);
  }
};

console.log(JSON.stringify(await measure(ask, ownCpuSeconds)));
process.exit(0);
