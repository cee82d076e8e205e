import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import type { ChatMessage } from "@/engines/llama/chat-template";
import type { Sampling } from "@/engines/llama/sampling";
import { eventStream } from "./event-stream";
import { startGeneration, usageOf } from "./generation";
import type { ApiEnv, GatewayParts } from "./parts";
import { type ChatRequest, chatSchema, readBody } from "./schemas";

/** POST /v1/chat/completions */
export async function chat(parts: GatewayParts, c: Context<ApiEnv>): Promise<Response> {
  const body = await readBody(c.req.raw, chatSchema);
  const generation = await startGeneration(parts, c, {
    slug: body.model,
    prompt: ({ systemPrompt }) => conversation(body, systemPrompt),
    sampling: (config) => samplingOf(body, config),
  });
  const base = { id: `chatcmpl-${id()}`, created: Math.floor(Date.now() / 1000), model: body.model };

  if (!body.stream) {
    let content = "";
    const finish = await generation.run((text) => {
      content += text;
    });
    const message = { role: "assistant", content, refusal: null };
    return c.json({
      ...base,
      object: "chat.completion",
      choices: [{ index: 0, message, logprobs: null, finish_reason: finish.reason }],
      usage: usageOf(finish),
    });
  }

  const withUsage = body.stream_options?.include_usage ?? false;
  const chunk = (choices: object[], usage: object | null = null) => ({
    ...base,
    object: "chat.completion.chunk",
    choices,
    ...(withUsage && { usage }),
  });
  const delta = (delta: object, finish_reason: string | null = null) =>
    chunk([{ index: 0, delta, logprobs: null, finish_reason }]);
  return eventStream(
    async (send) => {
      send(delta({ role: "assistant", content: "" }));
      const finish = await generation.run((content) => send(delta({ content })));
      send(delta({}, finish.reason));
      if (withUsage) send(chunk([], usageOf(finish)));
    },
    generation.abort,
    (error) => parts.log("warn", "An answer broke off.", { model: body.model, error: String(error) }),
  );
}

function conversation({ messages }: ChatRequest, systemPrompt: string | undefined): ChatMessage[] {
  const said = messages.map(({ role, content }) => ({
    role: role === "developer" ? "system" : role,
    content,
  }));
  const instructed = said.some(({ role }) => role === "system");
  return systemPrompt && !instructed ? [{ role: "system", content: systemPrompt }, ...said] : said;
}

function samplingOf(body: ChatRequest, config: { temperature: number; maxTokens: number }): Sampling {
  const format = body.response_format;
  return {
    temperature: body.temperature ?? config.temperature,
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? config.maxTokens,
    topP: body.top_p,
    topK: body.top_k,
    seed: body.seed,
    stop: body.stop,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
    json:
      format?.type === "json_schema"
        ? { schema: format.json_schema.schema }
        : format?.type === "json_object"
          ? true
          : undefined,
  };
}

/** Unique for ever: programs that collect answers drop one whose id they know. */
export const id = () => randomUUID().replaceAll("-", "");
