import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { UsageError } from "./command";

/** A text that must not be seen: all of a pipe without its last line's end, or typed without an echo. */
export async function readHidden(prompt: string, longest: number): Promise<string> {
  const text = process.stdin.isTTY ? await typed(prompt) : await piped(longest);
  if (text.length > longest) throw new UsageError(`The value is longer than ${longest} characters.`);
  return text;
}

async function piped(longest: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > 4 * longest) break;
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

async function typed(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    const aborted = new Promise<never>((_, refuse) =>
      input.once("SIGINT", () => refuse(new UsageError("Nothing was kept."))),
    );
    return await Promise.race([input.question(""), aborted]);
  } finally {
    input.close();
    process.stderr.write("\n");
  }
}
