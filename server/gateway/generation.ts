/** One answer of a served model: found, loaded, counted, and always given back. */
import type { Context } from "hono";
import type { ServingConfig } from "@/engines/llama/endpoint-file";
import type { Finish, Prompt } from "@/engines/llama/model";
import type { Sampling } from "@/engines/llama/sampling";
import { ApiError } from "./errors";
import { limits } from "./limits";
import type { ModelLease } from "./model-store";
import type { ApiEnv, GatewayParts } from "./parts";

/** @throws ApiError 404 `model_not_found`, 429 `too_many_requests`, and what keeps the model from loading */
export async function leaseModel(parts: GatewayParts, c: Context<ApiEnv>, slug: string): Promise<ModelLease> {
  const served = await parts.findDeployment(slug, c.env.caller ?? {});
  if (!served) {
    const message = `There is no deployment named \`${slug}\`. GET /v1/models lists those there are.`;
    throw new ApiError(404, "model_not_found", message, "model");
  }
  if (served.desired === "STOPPED") {
    const message = `\`${slug}\` is stopped. Start it on Telar's page of deployments.`;
    throw new ApiError(404, "model_stopped", message, "model");
  }
  c.set("model", slug);
  const lease = await parts.openModel(served);
  if (lease.model.load.waiting < limits.waiting) return lease;
  lease.release();
  throw new ApiError(
    429,
    "too_many_requests",
    `\`${slug}\` has ${limits.waiting} requests waiting. Send again later.`,
  );
}

export type Wish = {
  slug: string;
  prompt(config: ServingConfig): Prompt;
  sampling(config: ServingConfig): Sampling;
};

export type Generation = {
  /** Calls `onText` with each piece and resolves when the answer is whole. Call it once; it releases the model. */
  run(onText: (text: string) => void): Promise<Finish>;
  /** Ends it early. */
  abort(): void;
};

/**
 * Resolves with the first text at hand, so that whatever is wrong with the request is known before an answer begins.
 * The client's going away, `abort` and the gateway's stop all end it at the next token.
 */
export async function startGeneration(
  parts: GatewayParts,
  c: Context<ApiEnv>,
  { slug, prompt, sampling }: Wish,
): Promise<Generation> {
  const since = performance.now();
  const seconds = () => (performance.now() - since) / 1000;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, c.req.raw.signal, parts.closing]);
  const lease = await leaseModel(parts, c, slug);
  const { metrics } = parts;
  try {
    const stream = lease.model.stream(prompt(lease.config), sampling(lease.config), signal);
    const first = await stream.next();
    metrics.firstToken.observe({ model: slug }, seconds());
    return {
      async run(onText) {
        try {
          let next = first;
          while (!next.done) {
            onText(next.value);
            next = await stream.next();
          }
          const finish = next.value;
          metrics.tokens.inc({ model: slug, kind: "prompt" }, finish.promptTokens);
          metrics.tokens.inc({ model: slug, kind: "completion" }, finish.completionTokens);
          return finish;
        } finally {
          lease.release();
        }
      },
      abort: () => stop.abort(),
    };
  } catch (error) {
    lease.release();
    throw error;
  }
}

export const usageOf = ({ promptTokens, completionTokens }: Finish) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});
