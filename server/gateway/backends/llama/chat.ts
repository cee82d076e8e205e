import { type ChatMessage, foldSystem } from "@/engines/chat-template/message";
import { checkedWhole } from "@/engines/json-schema/check-whole";
import { heldAnswer } from "@/engines/json-schema/held-answer";
import type { Sampling } from "@/engines/llama/sampling";
import type { ServingConfig } from "@/engines/serving/endpoint-file";
import type { JsonObject, Reply, Usage } from "../backend";
import { parseRequest, wantedSchema } from "./check-request";
import { type Generation, type LlamaParts, startGeneration, usageOf, wholeText } from "./generation";
import { stamp } from "./ids";
import type { ChatRequest } from "./schemas";

/** POST /v1/chat/completions */
export async function chat(
  { model, config }: LlamaParts,
  json: JsonObject,
  signal: AbortSignal,
): Promise<Reply> {
  const body = parseRequest("chat", json);
  const messages = conversation(body, config);
  const sampling = samplingOf(body, config);
  const begun = await startGeneration(model, messages, sampling, signal);
  const generation = sampling.json ? checkedWhole(begun, sampling.json) : begun;
  const base = stamp("chatcmpl", body.model);
  if (body.stream) return { chunks: chunksOf(generation, base, body.stream_options?.include_usage ?? false) };
  const { text, finish } = await wholeText(generation);
  const message = { role: "assistant", content: text, refusal: null };
  return {
    whole: {
      ...base,
      object: "chat.completion",
      choices: [{ index: 0, message, logprobs: null, finish_reason: finish.reason }],
      usage: usageOf(finish),
    },
  };
}

async function* chunksOf(
  generation: Generation,
  base: JsonObject,
  withUsage: boolean,
): AsyncGenerator<JsonObject, Usage> {
  const chunk = (choices: object[], usage: object | null = null): JsonObject => ({
    ...base,
    object: "chat.completion.chunk",
    choices,
    ...(withUsage && { usage }),
  });
  const delta = (delta: object, finish_reason: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason }]);
  yield delta({ role: "assistant", content: "" });
  let next = await generation.next();
  for (; !next.done; next = await generation.next()) yield delta({ content: next.value });
  yield delta({}, next.value.reason);
  const usage = usageOf(next.value);
  if (withUsage) yield chunk([], usage);
  return usage;
}

/** All that a message brings goes on to the template: calls of functions, what a function answered, and to which call. */
function conversation(
  { messages }: ChatRequest,
  { systemPrompt, foldInstructions = false }: ServingConfig,
): ChatMessage[] {
  const given = messages.map(
    ({ role, ...rest }): ChatMessage => ({ ...rest, role: role === "developer" ? "system" : role }),
  );
  const instructed = given.some(({ role }) => role === "system");
  const whole: ChatMessage[] =
    systemPrompt && !instructed ? [{ role: "system", content: systemPrompt }, ...given] : given;
  return foldInstructions ? foldSystem(whole) : whole;
}

function samplingOf(body: ChatRequest, config: ServingConfig): Sampling {
  const schema = wantedSchema(body);
  return {
    temperature: body.temperature ?? config.temperature,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? config.maxTokens,
    topP: body.top_p,
    topK: body.top_k,
    minP: body.min_p,
    seed: body.seed,
    stop: body.stop,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
    json: schema && heldAnswer(schema),
  };
}
