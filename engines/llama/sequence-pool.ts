/** Lends a context's sequences, in order of asking; the one whose cached tokens fit the prompt best first. */
import type { LlamaContext, LlamaContextSequence, Token } from "node-llama-cpp";

export type SequencePool = {
  lend(tokens: readonly Token[], signal?: AbortSignal): Promise<LlamaContextSequence>;
  giveBack(sequence: LlamaContextSequence): void;
  readonly waiting: number;
  readonly busy: number;
};

type Waiter = { tokens: readonly Token[]; give(sequence: LlamaContextSequence): void };

export function sequencePool(context: LlamaContext, size: number): SequencePool {
  const free = Array.from({ length: size }, () => context.getSequence());
  const waiters: Waiter[] = [];

  const shared = (sequence: LlamaContextSequence, tokens: readonly Token[]) =>
    sequence.compareContextTokens([...tokens]).firstDifferentIndex;
  const takeBest = (tokens: readonly Token[]) => {
    let best = 0;
    for (let at = 1; at < free.length; at++) {
      if (shared(free[at]!, tokens) > shared(free[best]!, tokens)) best = at;
    }
    return free.splice(best, 1)[0]!;
  };

  return {
    async lend(tokens, signal) {
      signal?.throwIfAborted();
      if (free.length > 0) return takeBest(tokens);
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          tokens,
          give(sequence) {
            signal?.removeEventListener("abort", leave);
            resolve(sequence);
          },
        };
        const leave = () => {
          waiters.splice(waiters.indexOf(waiter), 1);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", leave, { once: true });
        waiters.push(waiter);
      });
    },
    giveBack(sequence) {
      free.push(sequence);
      const next = waiters.shift();
      if (next) next.give(takeBest(next.tokens));
    },
    get waiting() {
      return waiters.length;
    },
    get busy() {
      return size - free.length;
    },
  };
}
