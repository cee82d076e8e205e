import fc from "fast-check";
import { expect, test } from "vitest";
import { EventTooLarge, readEvents } from "./read-events";

async function read(parts: Iterable<Uint8Array>, maxChars = 1_000): Promise<string[]> {
  const found: string[] = [];
  const chunks = (async function* () {
    yield* parts;
  })();
  for await (const data of readEvents(chunks, maxChars)) found.push(data);
  return found;
}
const bytes = (text: string) => new TextEncoder().encode(text);

test("comments, other fields and line ends of every kind are understood", async () => {
  const text =
    ': hello\n\nevent: x\nid: 7\ndata: one\r\n\r\ndata:two\ndata: more\n\n\ndata: {"é":1}\n\ndata: cut';
  expect(await read([bytes(text)])).toEqual(["one", "two\nmore", '{"é":1}']);
});

test("however the bytes are cut, the events are the same", async () => {
  const event = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, " "));
  await fc.assert(
    fc.asyncProperty(
      fc.array(event),
      fc.constantFrom("\n", "\r\n"),
      fc.integer({ min: 1, max: 5 }),
      async (events, end, size) => {
        const all = bytes(events.map((data) => `data: ${data}${end}${end}`).join(""));
        const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, i) =>
          all.slice(i * size, (i + 1) * size),
        );
        expect(await read(parts)).toEqual(events);
      },
    ),
  );
});

test("an event without an end is given up before it fills the memory", async () => {
  let given = 0;
  const endless = (function* () {
    for (;;) {
      given++;
      yield bytes("data: ".padEnd(100, "x"));
    }
  })();
  await expect(read(endless)).rejects.toBeInstanceOf(EventTooLarge);
  expect(given).toBeLessThan(20);
  const lines = (function* () {
    for (;;) yield bytes("data: x\n");
  })();
  await expect(read(lines)).rejects.toBeInstanceOf(EventTooLarge);
});
