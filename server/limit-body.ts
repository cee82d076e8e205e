import { Refusal } from "./errors";

/** The request with its body read, which is refused as soon as it is longer than `most` bytes, whatever length it declares. */
export async function limitBody(request: Request, most: number): Promise<Request> {
  if (!request.body) return request;
  const tooLarge = () =>
    new Refusal("PAYLOAD_TOO_LARGE", "request-too-large", { limit: Math.floor(most / 1e6) });
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > most) throw tooLarge();
    chunks.push(chunk);
  }
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
}
