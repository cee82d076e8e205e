import fc from "fast-check";
import { expect, test } from "vitest";
import { readStream, type StreamPart } from "./read-stream";

const event = (chunk: object) => `data: ${JSON.stringify(chunk)}\n\n`;
const STREAM = [
  event({ choices: [{ delta: { role: "assistant", content: "" } }] }),
  event({ choices: [{ delta: { content: "Añade " } }] }),
  ": ping\r\n\r\n",
  event({ choices: [{ delta: { content: "un 🧶\n" } }] }),
  event({ choices: [{ delta: {}, finish_reason: "length" }] }),
  event({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 5 } }),
  "data: [DONE]\n\n",
].join("");

async function read(text: string, cuts: number[] = []): Promise<StreamPart[]> {
  const bytes = new TextEncoder().encode(text);
  const at = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [i, from] of [0, ...at].entries())
        controller.enqueue(bytes.slice(from, at[i] ?? bytes.length));
      controller.close();
    },
  });
  const parts: StreamPart[] = [];
  for await (const part of readStream(body)) parts.push(part);
  return parts;
}

test("text, the reason it ended and the usage come out in order", async () => {
  expect(await read(STREAM)).toEqual([
    { type: "text", text: "Añade " },
    { type: "text", text: "un 🧶\n" },
    { type: "end", reason: "length" },
    { type: "usage", prompt: 12, completion: 5 },
  ]);
});

test("it does not matter where the network cuts the bytes, not even inside a character", async () => {
  const whole = await read(STREAM);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(10_000), { maxLength: 30 }), async (cuts) => {
      expect(await read(STREAM, cuts)).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

test("an error in the middle of a stream is said", async () => {
  const parts = await read(
    event({ choices: [{ delta: { content: "a" } }] }) + event({ error: { message: "gone" } }),
  );
  expect(parts.at(-1)).toEqual({ type: "error", message: "gone" });
});
