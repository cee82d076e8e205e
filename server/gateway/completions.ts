import type { Context } from "hono";
import { id } from "./chat";
import { eventStream } from "./event-stream";
import { startGeneration, usageOf } from "./generation";
import { limits } from "./limits";
import type { ApiEnv, GatewayParts } from "./parts";
import { completionSchema, readBody } from "./schemas";

/** POST /v1/completions */
export async function completions(parts: GatewayParts, c: Context<ApiEnv>): Promise<Response> {
  const body = await readBody(c.req.raw, completionSchema);
  const generation = await startGeneration(parts, c, {
    slug: body.model,
    prompt: () => body.prompt,
    sampling: (config) => ({
      temperature: body.temperature ?? config.temperature,
      maxTokens: body.max_tokens ?? limits.completionTokens,
      topP: body.top_p,
      topK: body.top_k,
      seed: body.seed,
      stop: body.stop,
      presencePenalty: body.presence_penalty,
      frequencyPenalty: body.frequency_penalty,
    }),
  });
  const base = {
    id: `cmpl-${id()}`,
    object: "text_completion",
    created: Math.floor(Date.now() / 1000),
    model: body.model,
  };
  const choice = (text: string, finish_reason: string | null) => ({
    index: 0,
    text,
    logprobs: null,
    finish_reason,
  });
  const echoed = body.echo ? body.prompt : "";

  if (!body.stream) {
    let text = echoed;
    const finish = await generation.run((piece) => {
      text += piece;
    });
    return c.json({ ...base, choices: [choice(text, finish.reason)], usage: usageOf(finish) });
  }

  const withUsage = body.stream_options?.include_usage ?? false;
  const chunk = (choices: object[], usage: object | null = null) => ({
    ...base,
    choices,
    ...(withUsage && { usage }),
  });
  return eventStream(
    async (send) => {
      if (echoed) send(chunk([choice(echoed, null)]));
      const finish = await generation.run((text) => send(chunk([choice(text, null)])));
      send(chunk([choice("", finish.reason)]));
      if (withUsage) send(chunk([], usageOf(finish)));
    },
    generation.abort,
    (error) => parts.log("warn", "An answer broke off.", { model: body.model, error: String(error) }),
  );
}
