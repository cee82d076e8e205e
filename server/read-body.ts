import { Refusal } from "./errors";

/**
 * The body as text, whole or not at all.
 * @throws Refusal `body-too-large` beyond `maxBytes`, `body-cut` when fewer bytes came than were declared
 */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  const declared = declaredLength(request);
  if (declared !== undefined && declared > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(chunk);
  }
  if (declared !== undefined && size !== declared)
    throw new Refusal("BAD_REQUEST", "body-cut", { declared, received: size });
  return Buffer.concat(parts).toString("utf8");
}

/** Of a body that says how long it is. */
export function declaredLength({ headers }: Pick<Request, "headers">): number | undefined {
  const text = headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

const tooLarge = (maxBytes: number) =>
  new Refusal("PAYLOAD_TOO_LARGE", "body-too-large", { megabytes: Math.floor(maxBytes / 1e6) });
