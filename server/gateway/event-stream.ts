/** Server-sent events as OpenAI sends them: `data:` lines of JSON, `[DONE]` at the end. */
import { errorBody, toApiError } from "./errors";

export type Send = (data: unknown) => void;

/**
 * `write` runs to its end whether or not anybody reads. An error becomes an event; after that nothing follows.
 * @param onCancel called when the reader goes away
 */
export function eventStream(
  write: (send: Send) => Promise<void>,
  onCancel: () => void,
  onError: (error: unknown) => void,
): Response {
  const encoder = new TextEncoder();
  let open = true;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send: Send = (data) => {
        if (open) controller.enqueue(encoder.encode(`data: ${JSON.stringify(data)}\n\n`));
      };
      const run = async () => {
        try {
          await write(send);
          if (open) controller.enqueue(encoder.encode("data: [DONE]\n\n"));
        } catch (error) {
          if (!open) return;
          onError(error);
          send(errorBody(toApiError(error)));
        } finally {
          if (open) controller.close();
          open = false;
        }
      };
      void run();
    },
    cancel() {
      open = false;
      onCancel();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
