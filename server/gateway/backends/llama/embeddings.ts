import type { JsonObject } from "../backend";
import { parseRequest } from "./check-request";
import type { LlamaParts } from "./generation";

/** POST /v1/embeddings */
export async function embeddings(
  { model }: LlamaParts,
  json: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const body = parseRequest("embeddings", json);
  const data: object[] = [];
  let tokens = 0;
  for (const [index, text] of body.input.entries()) {
    signal.throwIfAborted();
    const found = await model.embed(text);
    tokens += found.tokens;
    const embedding = body.encoding_format === "base64" ? base64(found.vector) : found.vector;
    data.push({ object: "embedding", index, embedding });
  }
  return {
    object: "list",
    data,
    model: body.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Little-endian 32-bit floats, as OpenAI's clients read them. */
function base64(vector: number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}
