import type { Llama, LlamaModel, SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { HeldAnswer } from "../json-schema/held-answer";

export type Sampling = {
  /** At most this many tokens; the context's end is the limit when absent. */
  maxTokens?: number | undefined;
  /** 0 (the default) always takes the likeliest token. */
  temperature?: number | undefined;
  topP?: number | undefined;
  /** 0 (the default) considers every token. */
  topK?: number | undefined;
  /** Leaves out tokens less likely than this share of the likeliest one. */
  minP?: number | undefined;
  seed?: number | undefined;
  stop?: readonly string[] | undefined;
  presencePenalty?: number | undefined;
  frequencyPenalty?: number | undefined;
  /** The answer must be JSON of this form. */
  json?: HeldAnswer | undefined;
};

/** `said` is read at every step: penalties look at what has been generated so far. */
export async function evaluateOptions(
  llama: Llama,
  model: LlamaModel,
  sampling: Sampling,
  tokens: readonly Token[],
): Promise<SequenceEvaluateOptions> {
  const { presencePenalty = 0, frequencyPenalty = 0, seed } = sampling;
  const options: SequenceEvaluateOptions = {
    // No share at all leaves the likeliest token alone.
    temperature: sampling.topP === 0 ? 0 : (sampling.temperature ?? 0),
    topP: sampling.topP || 1,
    topK: sampling.topK ?? 0,
    minP: sampling.minP ?? 0,
    seed: (seed ?? Math.floor(Math.random() * 0xffffffff)) >>> 0,
  };
  if (presencePenalty !== 0 || frequencyPenalty !== 0) {
    options.repeatPenalty = {
      punishTokens: () => [...tokens],
      penalty: 1,
      presencePenalty,
      frequencyPenalty,
    };
  }
  if (sampling.json) {
    const { LlamaGrammarEvaluationState } = await import("node-llama-cpp");
    const grammar = await llama.createGrammar({ grammar: sampling.json.grammar });
    options.grammarEvaluationState = new LlamaGrammarEvaluationState({ model, grammar });
  }
  return options;
}

/** True once the text so far is a whole JSON value: after it a grammar allows white space without end. */
export function jsonEnd(): (piece: string) => boolean {
  let text = "";
  return (piece) => {
    text += piece;
    if (!/[}\]"]\s*$/.test(piece)) return false;
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
}
