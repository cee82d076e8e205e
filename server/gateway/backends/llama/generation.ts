/** One answer of a model in this process: begun, then read to its end. */
import type { Finish, Prompt, TextModel } from "@/engines/llama/model";
import type { Sampling } from "@/engines/llama/sampling";
import type { ServingConfig } from "@/engines/serving/endpoint-file";
import type { JsonObject, Usage } from "../backend";

export type LlamaParts = { model: TextModel; config: ServingConfig };

export type Generation = AsyncGenerator<string, Finish>;

/** Resolves with the first text at hand, so that whatever is wrong with the request is known before an answer begins. */
export async function startGeneration(
  model: TextModel,
  prompt: Prompt,
  sampling: Sampling,
  signal: AbortSignal,
): Promise<Generation> {
  const stream = model.stream(prompt, sampling, signal);
  const first = await stream.next();
  return (async function* () {
    let next = first;
    while (!next.done) {
      yield next.value;
      next = await stream.next();
    }
    return next.value;
  })();
}

export async function wholeText(generation: Generation): Promise<{ text: string; finish: Finish }> {
  let text = "";
  let next = await generation.next();
  for (; !next.done; next = await generation.next()) text += next.value;
  return { text, finish: next.value };
}

export const usageOf = ({ promptTokens, completionTokens }: Finish): Usage & JsonObject => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});
