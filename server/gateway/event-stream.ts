/** Server-sent events as OpenAI sends them: `data:` lines of JSON, `[DONE]` at the end. */
import { errorBody, toApiError } from "./errors";

export type StreamEnds = {
  /** The reader went away: what makes the events should stop. */
  onCancel(): void;
  onError(error: unknown): void;
  /** Called once, however it ended. */
  onEnd?(): void;
  /** Beside those of an event stream. */
  headers?: Record<string, string>;
};

/** Events are made as fast as the reader takes them. An error becomes an event; after that nothing follows. */
export function eventStream(
  events: AsyncIterable<unknown>,
  { onCancel, onError, onEnd, headers }: StreamEnds,
): Response {
  const encoder = new TextEncoder();
  const iterator = events[Symbol.asyncIterator]();
  const line = (data: string) => encoder.encode(`data: ${data}\n\n`);
  let open = true;
  const end = () => {
    if (open) onEnd?.();
    open = false;
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (!open) return;
        controller.enqueue(line(next.done ? "[DONE]" : JSON.stringify(next.value)));
        if (!next.done) return;
      } catch (error) {
        if (!open) return;
        onError(error);
        controller.enqueue(line(JSON.stringify(errorBody(toApiError(error)))));
      }
      controller.close();
      end();
    },
    cancel() {
      onCancel();
      end();
      void iterator.return?.().catch(() => {});
    },
  });
  return new Response(body, {
    headers: {
      ...headers,
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
