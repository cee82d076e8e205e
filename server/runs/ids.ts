import { createHash, randomBytes } from "node:crypto";

/** An id that sorts by time, so that new rows land together in an index. */
export function newId(): string {
  return Date.now().toString(36).padStart(9, "0") + randomBytes(9).toString("hex").slice(0, 15);
}

/** `sha256:<hex>` of a text. */
export const hashText = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
