import { createHash, randomBytes } from "node:crypto";

/** An id that sorts by time, so that new rows land together in an index. */
export function newId(): string {
  return Date.now().toString(36).padStart(9, "0") + randomBytes(9).toString("hex").slice(0, 15);
}

/** `sha256:<hex>` of a text. */
export const hashText = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** In [0, 1): ids are random, so what is drawn from one is too, and whoever asks again gets the same. */
export function jitterOf(id: string, attempt: number): number {
  const digest = createHash("sha256").update(`${id}/${attempt}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}
