/** Bytes to text. */
import type { Encoding } from "./facts";

const labels: Record<Encoding, string> = {
  "utf-8": "utf-8",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
  "latin-1": "windows-1252",
};

const REPLACEMENT = Buffer.from("\ufffd");

/**
 * A byte order mark is dropped. Bytes that are no text in this encoding become U+FFFD;
 * `onInvalid` hears how many (those that the file itself holds as U+FFFD do not count).
 */
export async function* decodeText(
  bytes: AsyncIterable<Buffer>,
  encoding: Encoding,
  onInvalid: (count: number) => void = () => {},
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(labels[encoding]);
  let tail: Buffer = Buffer.alloc(0);
  for await (const piece of bytes) {
    const text = decoder.decode(piece, { stream: true });
    if (encoding === "utf-8" && text.includes("\ufffd")) {
      const written = count(Buffer.concat([tail, piece]));
      const invalid = text.split("\ufffd").length - 1 - written;
      if (invalid > 0) onInvalid(invalid);
    }
    tail = piece.subarray(Math.max(0, piece.length - 2));
    if (text !== "") yield text;
  }
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

function count(bytes: Buffer): number {
  let found = 0;
  for (let at = bytes.indexOf(REPLACEMENT); at >= 0; at = bytes.indexOf(REPLACEMENT, at + 3)) found++;
  return found;
}
