import { limits } from "../../limits";
import type { JsonObject, Reply, Usage } from "../backend";
import { parseRequest } from "./check-request";
import { type Generation, type LlamaParts, startGeneration, usageOf, wholeText } from "./generation";
import { stamp } from "./ids";

/** POST /v1/completions */
export async function completions(
  { model, config }: LlamaParts,
  json: JsonObject,
  signal: AbortSignal,
): Promise<Reply> {
  const body = parseRequest("completions", json);
  const sampling = {
    temperature: body.temperature ?? config.temperature,
    maxTokens: body.max_tokens ?? limits.completionTokens,
    topP: body.top_p,
    topK: body.top_k,
    minP: body.min_p,
    seed: body.seed,
    stop: body.stop,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
  };
  const generation = await startGeneration(model, body.prompt, sampling, signal);
  const base = { ...stamp("cmpl", body.model), object: "text_completion" };
  const echoed = body.echo ? body.prompt : "";
  if (body.stream)
    return { chunks: chunksOf(generation, base, echoed, body.stream_options?.include_usage ?? false) };
  const { text, finish } = await wholeText(generation);
  return { whole: { ...base, choices: [choice(echoed + text, finish.reason)], usage: usageOf(finish) } };
}

const choice = (text: string, finish_reason: string | null) => ({
  index: 0,
  text,
  logprobs: null,
  finish_reason,
});

async function* chunksOf(
  generation: Generation,
  base: JsonObject,
  echoed: string,
  withUsage: boolean,
): AsyncGenerator<JsonObject, Usage> {
  const chunk = (choices: object[], usage: object | null = null): JsonObject => ({
    ...base,
    choices,
    ...(withUsage && { usage }),
  });
  if (echoed) yield chunk([choice(echoed, null)]);
  let next = await generation.next();
  for (; !next.done; next = await generation.next()) yield chunk([choice(next.value, null)]);
  yield chunk([choice("", next.value.reason)]);
  const usage = usageOf(next.value);
  if (withUsage) yield chunk([], usage);
  return usage;
}
