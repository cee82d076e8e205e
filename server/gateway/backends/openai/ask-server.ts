/** Requests to a server elsewhere, which may be broken or hostile: bounded in time and size, never to an address it may not reach. */
import { isIP } from "node:net";
import type { Agent, Response } from "undici";
import { guardedAgent } from "@/engines/remote/guarded-agent";
import type { OpenAiEndpoint } from "@/engines/serving/endpoint-file";
import { Failure } from "@/graph/problems";
import { ApiError } from "../../errors";
import { limits } from "../../limits";
import type { JsonObject } from "../backend";
import { bad, serverError } from "./server-error";

export type Server = {
  file: OpenAiEndpoint;
  agent: Agent;
  allow(address: string): boolean;
  /** Undefined where the endpoint names no secret. @throws Failure `secret-missing` */
  readKey(): Promise<string | undefined>;
};

export type Answered = {
  response: Response;
  /** The body's bytes; a server that is silent for too long is given up. */
  body(): AsyncGenerator<Uint8Array, void>;
  /** The key that went with the request: it may not come back in a message. */
  secret: string | undefined;
};

export type Question = {
  path: string;
  method: "GET" | "POST";
  body?: JsonObject;
  signal: AbortSignal;
  /** Gateways that this request went through: one that answers from itself would go round for ever. */
  hops: number;
};

export const createAgent = (
  url: string,
  allow: (address: string) => boolean,
  timeoutMs: number,
): Promise<Agent> =>
  guardedAgent(new URL(url), allow, { silentMs: timeoutMs, connectMs: limits.upstream.connectMs });

/** @throws ApiError, Failure `upstream-unreachable`, `upstream-private` */
export async function askServer(server: Server, question: Question): Promise<Answered> {
  const { file, agent, allow } = server;
  const { fetch } = await import("undici");
  const url = new URL(file.url.replace(/\/*$/, "") + question.path);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) && !allow(host)) throw privateAddress(url.host);
  const secret = await server.readKey();
  const silence = silenceTimer(file.timeoutSeconds * 1000);
  try {
    const response = await fetch(url, {
      method: question.method,
      headers: headersOf(file, secret, question),
      ...(question.body && { body: JSON.stringify(question.body) }),
      dispatcher: agent,
      // A redirect could lead anywhere, and would take the key along.
      redirect: "manual",
      signal: AbortSignal.any([question.signal, silence.signal]),
    });
    return {
      response,
      secret,
      body: () => bodyOf(response, silence, (error) => explain(error, file, silence.signal)),
    };
  } catch (error) {
    silence.end();
    question.signal.throwIfAborted();
    throw explain(error, file, silence.signal);
  }
}

/** The body as JSON; undefined when it is none. @throws ApiError when it is too large */
export async function readJsonBody({ body }: Answered, slug: string): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body()) {
    size += chunk.byteLength;
    if (size > limits.upstream.bodyBytes)
      throw bad(
        "upstream_too_large",
        `The server behind \`${slug}\` sends more than ${limits.upstream.bodyBytes / 1e6} MB.`,
      );
    parts.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Reads an answer that is none. */
export async function refusalOf(answered: Answered, { slug, model }: OpenAiEndpoint): Promise<ApiError> {
  const { status, headers } = answered.response;
  const body = await readJsonBody(answered, slug).catch(() => undefined);
  const retryAfter = headers.get("retry-after") ?? undefined;
  return serverError(status, body, { slug, model, secret: answered.secret, retryAfter });
}

function headersOf(
  file: OpenAiEndpoint,
  secret: string | undefined,
  { body, hops }: Question,
): Record<string, string> {
  const name = file.keyHeader ?? "authorization";
  return {
    "user-agent": "telar",
    "accept-encoding": "identity",
    [HOPS]: String(hops + 1),
    ...(body && { "content-type": "application/json" }),
    ...(secret && { [name]: name.toLowerCase() === "authorization" ? `Bearer ${secret}` : secret }),
  };
}

const privateAddress = (host: string) => new Failure("INVALID_INPUT", "upstream-private", { host });

export const HOPS = "telar-hops";

type Silence = { signal: AbortSignal; heard(): void; end(): void };

function silenceTimer(ms: number): Silence {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error("silent")), ms);
  return { signal: silent.signal, heard: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

async function* bodyOf(
  response: Response,
  silence: Silence,
  explained: (error: unknown) => Error,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of response.body ?? []) {
      silence.heard();
      yield chunk as Uint8Array;
    }
  } catch (error) {
    throw explained(error);
  } finally {
    silence.end();
    await response.body?.cancel().catch(() => {});
  }
}

function explain(error: unknown, { slug, timeoutSeconds, url }: OpenAiEndpoint, silent: AbortSignal): Error {
  if (error instanceof ApiError || error instanceof Failure) return error;
  if (silent.aborted)
    return bad(
      "upstream_timed_out",
      `The server behind \`${slug}\` said nothing for ${timeoutSeconds} s.`,
      504,
    );
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof Failure)
      return cause.reason === "url-private" ? privateAddress(new URL(url).host) : cause;
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  const why = cause?.code ?? cause?.message ?? (error instanceof Error ? error.message : String(error));
  return new Failure(
    "UNAVAILABLE",
    "upstream-unreachable",
    { host: new URL(url).host, why },
    { cause: error },
  );
}
