/** Any server that speaks OpenAI's API, as a backend: vLLM, Ray Serve, TensorRT-LLM, a provider, another Telar. */
import { isPublicAddress, isReachableAddress } from "@/engines/remote/public-address";
import type { OpenAiEndpoint } from "@/engines/serving/endpoint-file";
import { Failure } from "@/graph/problems";
import { limits } from "../../limits";
import type { Backend, Call, JsonObject, Reply, Usage } from "../backend";
import { type Answered, askServer, createAgent, readJsonBody, refusalOf, type Server } from "./ask-server";
import { EventTooLarge, readEvents } from "./read-events";
import { bad, isError, serverError } from "./server-error";

export async function openAiBackend(file: OpenAiEndpoint, readKey: Server["readKey"]): Promise<Backend> {
  const allow = file.privateNetwork ? isReachableAddress : isPublicAddress;
  const agent = await createAgent(file.url, allow, file.timeoutSeconds * 1000);
  const server: Server = { file, agent, allow, readKey };
  const { slug } = file;
  let busy = 0;

  async function ask(path: string, body: JsonObject, { signal, hops = 0 }: Call): Promise<Answered> {
    const named = { ...body, model: file.model };
    const answered = await askServer(server, { path, method: "POST", body: named, signal, hops });
    if (answered.response.ok) return answered;
    throw await refusalOf(answered, file);
  }

  async function answer(path: string, body: JsonObject, call: Call): Promise<Reply> {
    busy++;
    let streams = false;
    try {
      const answered = await ask(path, body, call);
      if (body.stream !== true) return { whole: await wholeOf(answered, slug, "choices") };
      wantType(answered, "text/event-stream", slug);
      const chunks = chunksOf(answered, file);
      // What is wrong is known before the answer begins.
      const first = await chunks.next();
      streams = true;
      return { chunks: continued(first, chunks, () => busy--) };
    } finally {
      if (!streams) busy--;
    }
  }

  return {
    chat: (body, call) => answer("/chat/completions", body, call),
    completions: (body, call) => answer("/completions", body, call),
    async embeddings(body, call) {
      busy++;
      try {
        return await wholeOf(await ask("/embeddings", body, call), slug, "data");
      } finally {
        busy--;
      }
    },
    health: (signal) => health(server, signal),
    get load() {
      return { busy, waiting: 0 };
    },
    memoryBytes: 0,
    close: () => agent.destroy(),
  };
}

type Chunks = AsyncGenerator<JsonObject, Usage | undefined>;

async function* continued(
  first: IteratorResult<JsonObject, Usage | undefined>,
  rest: Chunks,
  onEnd: () => void,
): Chunks {
  try {
    let next = first;
    for (; !next.done; next = await rest.next()) yield next.value;
    return next.value;
  } finally {
    onEnd();
    await rest.return(undefined);
  }
}

async function* chunksOf(answered: Answered, { slug, model }: OpenAiEndpoint): Chunks {
  let usage: Usage | undefined;
  let finished = false;
  try {
    for await (const data of readEvents(answered.body(), limits.upstream.eventChars)) {
      if (data === "[DONE]") return usage;
      const event = parseObject(data);
      if (!event) throw malformed(slug);
      if (isError(event)) throw serverError(500, event, { slug, model, secret: answered.secret });
      usage = usageOf(event) ?? usage;
      finished ||= hasFinished(event);
      yield event;
    }
  } catch (error) {
    if (!(error instanceof EventTooLarge)) throw error;
    throw bad(
      "upstream_too_large",
      `The server behind \`${slug}\` sends an event of more than ${limits.upstream.eventChars / 1e6} MB.`,
    );
  }
  // Some servers leave the last line out; an answer that gave no reason for its end was cut.
  if (finished) return usage;
  throw bad(
    "upstream_cut",
    `The server behind \`${slug}\` broke off in the middle of the answer. Send the request again.`,
  );
}

async function wholeOf(answered: Answered, slug: string, list: "choices" | "data"): Promise<JsonObject> {
  wantType(answered, "application/json", slug);
  const body = await readJsonBody(answered, slug);
  if (typeof body !== "object" || body === null || !Array.isArray((body as JsonObject)[list]))
    throw malformed(slug);
  return body as JsonObject;
}

function wantType({ response }: Answered, wanted: string, slug: string): void {
  const type = response.headers.get("content-type") ?? "";
  if (type.split(";")[0]?.trim().toLowerCase() === wanted) return;
  void response.body?.cancel().catch(() => {});
  const shown = type.slice(0, 100) || "nothing";
  throw bad(
    "upstream_wrong_type",
    `The server behind \`${slug}\` answers with \`${shown}\` instead of \`${wanted}\`. Check the endpoint's address: it ends in /v1 as a rule.`,
  );
}

const malformed = (slug: string) =>
  bad("upstream_malformed", `The server behind \`${slug}\` does not answer as OpenAI's API does.`);

function parseObject(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? (json as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}

function usageOf({ usage }: JsonObject): Usage | undefined {
  const { prompt_tokens, completion_tokens } = (usage ?? {}) as Partial<Record<string, unknown>>;
  if (typeof prompt_tokens !== "number") return undefined;
  return { prompt_tokens, ...(typeof completion_tokens === "number" && { completion_tokens }) };
}

function hasFinished({ choices }: JsonObject): boolean {
  return Array.isArray(choices) && choices.some((choice) => typeof choice?.finish_reason === "string");
}

/** Servers without a list of models are taken at their word. @throws Failure */
async function health(server: Server, signal: AbortSignal): Promise<void> {
  const { file } = server;
  const { host } = new URL(file.url);
  const answered = await askServer(server, { path: "/models", method: "GET", signal, hops: 0 }).catch(
    (error) => {
      throw error instanceof Failure ? error : unreachable(host, error);
    },
  );
  const { status } = answered.response;
  const body = (await readJsonBody(answered, file.slug).catch((error) => {
    throw unreachable(host, error);
  })) as { data?: unknown } | undefined;
  if (status === 401 || status === 403)
    throw new Failure("INVALID_INPUT", "upstream-refused-key", { host, status });
  if (status === 404 || status === 405) return;
  if (status >= 300 || !Array.isArray(body?.data))
    throw new Failure("UNAVAILABLE", "upstream-no-api", { host, status });
  const names = body.data.flatMap((one: unknown) => {
    const id = (one as { id?: unknown } | null)?.id;
    return typeof id === "string" ? [id] : [];
  });
  if (names.length === 0 || names.includes(file.model)) return;
  const known = names.slice(0, 5).join(", ").slice(0, 200);
  throw new Failure("INVALID_INPUT", "upstream-no-model", { host, model: file.model, known });
}

const unreachable = (host: string, error: unknown) =>
  new Failure("UNAVAILABLE", "upstream-unreachable", {
    host,
    why: error instanceof Error ? error.message : String(error),
  });
