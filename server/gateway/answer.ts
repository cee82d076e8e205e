/** One request to a served model: its backend found and lent, the answer counted, and the backend always given back. */
import type { Context } from "hono";
import { Failure } from "@/graph/problems";
import type { Call, JsonObject, Reply, Usage } from "./backends/backend";
import type { Asked, BackendLease } from "./backends/backend-store";
import { HOPS } from "./backends/openai/ask-server";
import { ApiError, toApiError } from "./errors";
import { eventStream } from "./event-stream";
import { limits } from "./limits";
import type { ApiEnv, GatewayParts } from "./parts";
import { modelOf, readJson } from "./read-body";

/** POST /v1/chat/completions and /v1/completions */
export async function answer(
  parts: GatewayParts,
  c: Context<ApiEnv>,
  what: "chat" | "completions",
): Promise<Response> {
  const request = await begin(parts, c, what);
  const { slug, name, call, stop, end } = request;
  let reply: Reply;
  try {
    reply = await request.lease.backend[what](request.body, call);
  } catch (error) {
    end();
    throw ofField(error, what === "chat" ? "messages" : "prompt");
  }
  if ("whole" in reply) {
    parts.metrics.firstToken.observe({ model: name }, request.seconds());
    count(parts, name, reply.whole.usage as Usage | undefined);
    end();
    return c.json({ ...reply.whole, model: slug }, 200, request.replyHeaders);
  }
  return eventStream(counted(parts, request, reply.chunks), {
    onCancel: () => stop.abort(),
    onError: (error) => parts.log("warn", "An answer broke off.", { model: name, error: String(error) }),
    onEnd: end,
    headers: request.replyHeaders,
  });
}

/** POST /v1/embeddings */
export async function embed(parts: GatewayParts, c: Context<ApiEnv>): Promise<Response> {
  const { slug, name, body, call, lease, replyHeaders, end } = await begin(parts, c, "embeddings");
  try {
    const found = await lease.backend.embeddings(body, call);
    count(parts, name, found.usage as Usage | undefined);
    return c.json({ ...found, model: slug }, 200, replyHeaders);
  } catch (error) {
    throw ofField(error, "input");
  } finally {
    end();
  }
}

type Begun = {
  /** As the caller wrote it. */
  slug: string;
  /** As measures name it. */
  name: string;
  body: JsonObject;
  lease: BackendLease;
  /** Headers that name the version that answers, and the fields nothing is done with. */
  replyHeaders: Record<string, string>;
  call: Call;
  stop: AbortController;
  seconds(): number;
  end(): void;
};

/** The client's going away, `stop` and the gateway's own stop all end it. */
async function begin(parts: GatewayParts, c: Context<ApiEnv>, operation: Asked["operation"]): Promise<Begun> {
  const since = performance.now();
  const body = await readJson(c.req.raw);
  const slug = modelOf(body);
  const hops = hopsOf(c);
  const { lease, version } = await lend(parts, c, slug, { operation, body });
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(tooLong()), limits.answerMs);
  return {
    slug,
    name: c.get("model") ?? slug,
    body,
    lease,
    replyHeaders: {
      "x-telar-version": String(version),
      ...ignoredHeader(lease.backend.ignored?.({ operation, body }) ?? []),
    },
    stop,
    call: { signal: AbortSignal.any([stop.signal, c.req.raw.signal, parts.closing]), hops },
    seconds: () => (performance.now() - since) / 1000,
    end() {
      clearTimeout(timer);
      lease.release();
    },
  };
}

/** A client's fields are told, not dropped in silence. Names from outside: only what a header can hold. */
function ignoredHeader(fields: readonly string[]): Record<string, string> {
  const names = fields.filter((name) => /^[\w.-]{1,64}$/.test(name)).slice(0, 20);
  return names.length ? { "x-telar-ignored": names.join(", ") } : {};
}

/** @throws ApiError 508 `loop_detected` */
function hopsOf(c: Context<ApiEnv>): number {
  const hops = Number(c.req.header(HOPS) ?? 0);
  if (hops >= 0 && hops <= limits.hops) return hops;
  const message =
    "This request came through too many gateways. An endpoint leads back to where it is served.";
  throw new ApiError(508, "loop_detected", message);
}

/** @throws ApiError 404 `model_not_found`, 429 `too_many_requests`, and what keeps the model from answering */
async function lend(
  parts: GatewayParts,
  c: Context<ApiEnv>,
  slug: string,
  request: Asked,
): Promise<{ lease: BackendLease; version: number }> {
  const served = await parts.findDeployment(slug, c.env.caller);
  if (!served) {
    const message = `There is no deployment named \`${slug}\`. GET /v1/models lists those there are.`;
    throw new ApiError(404, "model_not_found", message, "model");
  }
  c.set("model", served.name);
  if (served.desired === "STOPPED") {
    const message = `\`${slug}\` is stopped. Start it on Telar's page of deployments.`;
    throw new ApiError(404, "model_stopped", message, "model");
  }
  const lease = await parts.lendBackend(served, request);
  if (lease.backend.load.waiting < limits.waiting) return { lease, version: served.version };
  lease.release();
  const message = `\`${slug}\` has ${limits.waiting} requests waiting. Send again later.`;
  throw new ApiError(429, "too_many_requests", message, null, {
    "retry-after": String(limits.waitingSeconds),
  });
}

async function* counted(
  parts: GatewayParts,
  { slug, name, seconds }: Begun,
  chunks: AsyncGenerator<JsonObject, Usage | undefined>,
): AsyncGenerator<JsonObject> {
  let begun = false;
  try {
    let next = await chunks.next();
    for (; !next.done; next = await chunks.next()) {
      if (!begun && hasText(next.value)) {
        begun = true;
        parts.metrics.firstToken.observe({ model: name }, seconds());
      }
      yield { ...next.value, model: slug };
    }
    count(parts, name, next.value);
  } finally {
    await chunks.return(undefined);
  }
}

/** Whether a chunk of either API carries text. */
function hasText({ choices }: JsonObject): boolean {
  if (!Array.isArray(choices)) return false;
  const [first] = choices as { text?: unknown; delta?: { content?: unknown } }[];
  return Boolean(first?.text ?? first?.delta?.content);
}

function count({ metrics }: GatewayParts, model: string, usage: Usage | undefined): void {
  for (const [kind, tokens] of [
    ["prompt", usage?.prompt_tokens],
    ["completion", usage?.completion_tokens],
  ] as const)
    if (Number.isSafeInteger(tokens) && tokens! >= 0) metrics.tokens.inc({ model, kind }, tokens);
}

const tooLong = () =>
  new ApiError(
    504,
    "answer_timed_out",
    `The answer was not whole after ${limits.answerMs / 60_000} minutes. Ask for a shorter one (\`max_tokens\`).`,
  );

/** A prompt has another name in each operation. */
function ofField(error: unknown, param: string): unknown {
  const shown = error instanceof Failure ? toApiError(error) : error;
  if (!(shown instanceof ApiError) || shown.param !== "messages" || param === "messages") return error;
  return new ApiError(shown.status, shown.code, shown.message, param);
}
