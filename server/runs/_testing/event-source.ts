/** A client of the app's event streams for tests: the bytes of server-sent events, as a browser sees them. */
import { type ClientRequest, get } from "node:http";
import superjson from "superjson";

export type Message = { id: string; data: unknown };

export type Source = {
  /** Resolves when the server ended the stream or `cut` was called. */
  readonly ended: Promise<void>;
  /** The connection breaks as when a network goes away. */
  cut(): void;
};

/** Opens a tRPC subscription. `input` may hold `lastEventId`, as the client of tRPC sends it when it comes back. */
export function openSource(
  origin: string,
  path: string,
  input: object,
  onMessage: (message: Message, source: Source) => void,
  headers: Record<string, string> = {},
): Source {
  const url = `${origin}/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(superjson.serialize(input)))}`;
  let request: ClientRequest | undefined;
  let isCut = false;
  const source: Source = {
    ended: new Promise((done, fail) => {
      request = get(
        url,
        { headers: { accept: "text/event-stream", ...headers }, agent: false },
        (response) => {
          if (response.statusCode !== 200) return fail(new Error(`${url} answered ${response.statusCode}`));
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
            for (let end = text.indexOf("\n\n"); end >= 0 && !isCut; end = text.indexOf("\n\n")) {
              const message = parse(text.slice(0, end));
              text = text.slice(end + 2);
              if (message) onMessage(message, source);
            }
          });
          response.on("close", () => done());
          response.on("error", () => done());
        },
      );
      request.on("error", (error) => (isCut ? done() : fail(error)));
    }),
    cut: () => {
      isCut = true;
      request?.destroy();
    },
  };
  return source;
}

/** Undefined for pings and other messages without an id. */
function parse(block: string): Message | undefined {
  const fields = new Map(
    block.split("\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
    }),
  );
  const [id, data] = [fields.get("id"), fields.get("data")];
  return id && data ? { id, data: superjson.deserialize(JSON.parse(data)) } : undefined;
}
