import type { Context } from "hono";
import { leaseModel } from "./generation";
import type { ApiEnv, GatewayParts } from "./parts";
import { embeddingsSchema, readBody } from "./schemas";

/** POST /v1/embeddings */
export async function embeddings(parts: GatewayParts, c: Context<ApiEnv>): Promise<Response> {
  const { model: slug, input, encoding_format } = await readBody(c.req.raw, embeddingsSchema);
  const { model, release } = await leaseModel(parts, c, slug);
  try {
    const data: object[] = [];
    let tokens = 0;
    for (const [index, text] of input.entries()) {
      c.req.raw.signal.throwIfAborted();
      const found = await model.embed(text);
      tokens += found.tokens;
      const embedding = encoding_format === "base64" ? base64(found.vector) : found.vector;
      data.push({ object: "embedding", index, embedding });
    }
    parts.metrics.tokens.inc({ model: slug, kind: "prompt" }, tokens);
    return c.json({
      object: "list",
      data,
      model: slug,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  } finally {
    release();
  }
}

/** Little-endian 32-bit floats, as OpenAI's clients read them. */
function base64(vector: number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}
