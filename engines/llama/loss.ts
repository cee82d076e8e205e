import type { ControlledEvaluateInputItem, LlamaContextSequence, Token } from "node-llama-cpp";
import { Failure } from "@/graph/problems";
import { limits } from "./limits";
import { openModel } from "./open";
import { usableThreads } from "./threads";

/** `mask[t]` 1: the loss of `ids[t]` given all before it counts. The first token has nothing before it and never counts. */
export type LossRow = { row: string; ids: readonly number[]; mask: readonly number[] };
/** Summed negative log-likelihood in nats, and how many tokens it is over. */
export type RowLoss = { row: string; nll: number; tokens: number };
export type LossJob = {
  modelPath: string;
  rows: readonly LossRow[];
  threads: number;
  signal?: AbortSignal;
  /** Rows done of all rows. */
  onProgress?(done: number, total: number): void;
};

/**
 * Loss of each row under a GGUF model, in the order of `rows`.
 * @throws Failure `row-too-long` when a row exceeds the model's context
 */
export async function ggufLoss({
  modelPath,
  rows,
  threads,
  signal,
  onProgress,
}: LossJob): Promise<RowLoss[]> {
  const model = await openModel(modelPath, { signal });
  try {
    const longest = Math.max(2, ...rows.map(({ ids }) => ids.length));
    const tooLong = rows.find(({ ids }) => ids.length > model.trainContextSize);
    if (tooLong) {
      const { row, ids } = tooLong;
      throw new Failure("INVALID_INPUT", "row-too-long", {
        row,
        tokens: ids.length,
        contextLength: model.trainContextSize,
      });
    }
    const contextSize = Math.ceil(longest / limits.contextStep) * limits.contextStep;
    const sequences = sequencesFor(contextSize, rows.length);
    const context = await model.createContext({
      contextSize,
      sequences,
      batchSize: limits.batchTokens,
      threads: usableThreads(threads),
    });
    const losses = new Array<RowLoss>(rows.length);
    const order = rows.map((_, at) => at).sort((a, b) => rows[b]!.ids.length - rows[a]!.ids.length);
    let done = 0;
    const work = async (sequence: LlamaContextSequence) => {
      for (let at = order.shift(); at !== undefined; at = order.shift()) {
        signal?.throwIfAborted();
        losses[at] = await scoreRow(sequence, rows[at]!);
        onProgress?.(++done, rows.length);
      }
    };
    const workers = Array.from({ length: sequences }, () => work(context.getSequence()));
    try {
      await Promise.all(workers);
    } finally {
      order.length = 0;
      await Promise.allSettled(workers);
    }
    return losses;
  } finally {
    await model.dispose();
  }
}

/** How many sequences of that length share the key-value cache. */
export function sequencesFor(contextSize: number, wanted: number): number {
  return Math.max(1, Math.min(limits.sequences, wanted, Math.floor(limits.cacheTokens / contextSize)));
}

async function scoreRow(sequence: LlamaContextSequence, { row, ids, mask }: LossRow): Promise<RowLoss> {
  const counts = (at: number) => at > 0 && at < ids.length && mask[at] === 1;
  // Nothing after the last counted token is needed.
  let end = ids.length - 1;
  while (end > 0 && !counts(end)) end--;
  if (end === 0) return { row, nll: 0, tokens: 0 };
  await sequence.clearHistory();
  const input = ids.slice(0, end).map((id, at): ControlledEvaluateInputItem => {
    if (!counts(at + 1)) return id as Token;
    // Greedy selection is the largest logit, from which `totalLogitWeight` is measured.
    const filter = { tokens: [ids[at + 1] as Token], includeSelected: true };
    return [id as Token, { generateNext: { token: true, logits: { filter }, totalLogitWeight: true } }];
  });
  const results = await sequence.controlledEvaluate(input);
  let nll = 0;
  let tokens = 0;
  for (let at = 0; at < end; at++) {
    if (!counts(at + 1)) continue;
    const next = results[at]?.next;
    const target = next?.logits?.get(ids[at + 1] as Token);
    const highest = next?.token == null ? undefined : next.logits?.get(next.token);
    if (target === undefined || highest === undefined || !next?.totalLogitWeight)
      throw new Failure("INTERNAL", "llama-no-logits", { row, position: at });
    nll += highest + Math.log(next.totalLogitWeight) - target;
    tokens++;
  }
  return { row, nll, tokens };
}
