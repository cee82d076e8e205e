/** What answers the requests of one served model, at the level of OpenAI's API. */

export type JsonObject = Record<string, unknown>;

export type Call = {
  /** Aborts when the client has gone, the gateway stops, or the time is up. */
  signal: AbortSignal;
  /** Gateways that the request came through already. */
  hops?: number;
};

/** As OpenAI counts: an embedding has no completion. */
export type Usage = { prompt_tokens: number; completion_tokens?: number };

/** An answer in one piece, or as the chunks of a stream. The chunks' return value is the usage, also when the client asked for none. */
export type Reply = { whole: JsonObject } | { chunks: AsyncGenerator<JsonObject, Usage | undefined> };

/** `waiting`: requests that no sequence or connection is free for. */
export type Load = { busy: number; waiting: number };

/**
 * `body` is the request's JSON as the client sent it, with `model` a string. Answers carry ids of their own; the gateway
 * writes the deployment's name into `model`. Whatever is wrong with a request is thrown before the first chunk.
 * @throws ApiError, Failure
 */
export type Backend = {
  chat(body: JsonObject, call: Call): Promise<Reply>;
  completions(body: JsonObject, call: Call): Promise<Reply>;
  embeddings(body: JsonObject, call: Call): Promise<JsonObject>;
  /** Fields of a request that it does nothing with, where it knows. */
  ignored?(asked: { operation: "chat" | "completions" | "embeddings"; body: JsonObject }): string[];
  /** Proves that it can answer. @throws Failure that says why not */
  health(signal: AbortSignal): Promise<void>;
  readonly load: Load;
  /** In bytes of this machine. */
  readonly memoryBytes: number;
  close(): Promise<void>;
};
