/** Reads a prompt into a sequence and lets the model continue it. */
import type { LlamaContextSequence, LlamaModel, Token } from "node-llama-cpp";
import { limits } from "./limits";
import { evaluateOptions, jsonEnd, type Sampling } from "./sampling";
import { stopMatcher } from "./stop-strings";
import { textStream } from "./text-stream";

/** `stop`: the model or a stop string ended it. `length`: maxTokens or the end of the context. */
export type Finish = { reason: "stop" | "length"; promptTokens: number; completionTokens: number };

/** `room`: tokens the context has left after the prompt. */
export async function* answer(
  model: LlamaModel,
  sequence: LlamaContextSequence,
  tokens: Token[],
  sampling: Sampling & { room: number },
  signal: AbortSignal | undefined,
  onStep: () => void,
): AsyncGenerator<string, Finish> {
  const written: Token[] = [];
  const options = await evaluateOptions(model.llama, model, sampling, written);
  const limit = Math.min(sampling.maxTokens ?? Number.POSITIVE_INFINITY, sampling.room);
  const finish = (reason: Finish["reason"]): Finish => ({
    reason,
    promptTokens: tokens.length,
    completionTokens: written.length,
  });
  if (limit <= 0) return finish("length");
  const last = await readPrompt(sequence, tokens, sampling.seed === undefined, signal, onStep);
  const text = textStream(model);
  const stops = stopMatcher(sampling.stop ?? []);
  const whole = sampling.json ? jsonEnd() : undefined;

  for await (const token of sequence.evaluate(last, options)) {
    onStep();
    signal?.throwIfAborted();
    written.push(token);
    const shown = stops.push(text.push(token));
    if (shown.text !== "") yield shown.text;
    signal?.throwIfAborted();
    if (shown.stopped || whole?.(shown.text)) return finish("stop");
    if (written.length >= limit) {
      const rest = stops.push(text.rest());
      const end = rest.stopped ? rest.text : rest.text + stops.rest();
      if (end !== "") yield end;
      return finish(rest.stopped ? "stop" : "length");
    }
  }
  const rest = stops.push(text.rest());
  const end = rest.stopped ? rest.text : rest.text + stops.rest();
  if (end !== "") yield end;
  return finish("stop");
}

/**
 * Brings the sequence to the prompt but for its last tokens, which are returned to be evaluated with sampling.
 * With a seed nothing cached is reused: other batch sizes round differently and would change the text.
 */
async function readPrompt(
  sequence: LlamaContextSequence,
  tokens: Token[],
  reuse: boolean,
  signal: AbortSignal | undefined,
  onStep: () => void,
): Promise<Token[]> {
  const same = reuse ? sequence.compareContextTokens(tokens).firstDifferentIndex : 0;
  const keep = Math.min(same, tokens.length - 1);
  if (keep === 0) await sequence.clearHistory();
  else if (keep < sequence.nextTokenIndex)
    await sequence.eraseContextTokenRanges([{ start: keep, end: sequence.nextTokenIndex }]);
  let at = sequence.nextTokenIndex;
  while (tokens.length - at > limits.batchTokens) {
    signal?.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(at, at + limits.batchTokens));
    onStep();
    at += limits.batchTokens;
  }
  signal?.throwIfAborted();
  return tokens.slice(at);
}
