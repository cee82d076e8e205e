/** The event stream of /v1/chat/completions, as parts of an answer. */

export type StreamPart =
  | { type: "text"; text: string }
  | { type: "usage"; prompt: number; completion: number }
  | { type: "end"; reason: string }
  | { type: "error"; message: string };

type Chunk = {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  error?: { message?: string };
};

/** Reads server-sent events however the bytes are cut. */
export async function* readStream(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamPart> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value ?? new Uint8Array(), { stream: !done });
      const lines = rest.split(/\r?\n/);
      rest = done ? "" : (lines.pop() ?? "");
      for (const line of lines) yield* partsOf(line);
      if (done) return;
    }
  } finally {
    reader.releaseLock();
  }
}

function* partsOf(line: string): Generator<StreamPart> {
  const data = /^data:\s?(.*)$/.exec(line)?.[1];
  if (!data || data === "[DONE]") return;
  const { choices, usage, error } = JSON.parse(data) as Chunk;
  if (error) yield { type: "error", message: error.message ?? "" };
  const [choice] = choices ?? [];
  if (choice?.delta?.content) yield { type: "text", text: choice.delta.content };
  if (choice?.finish_reason) yield { type: "end", reason: choice.finish_reason };
  if (usage)
    yield { type: "usage", prompt: usage.prompt_tokens ?? 0, completion: usage.completion_tokens ?? 0 };
}
