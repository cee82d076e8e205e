import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeNumber, encodeNumber, type JobEvent } from "./event";
import { EventFile } from "./event-file";
import { EventReader } from "./event-reader";
import { EventWriter } from "./event-writer";
import * as limits from "./limits";

const read = (text: string | Buffer) => {
  const reader = new EventReader();
  return [...reader.push(Buffer.from(text)), ...reader.end()];
};
const line = (event: unknown) => `${JSON.stringify(event)}\n`;
const progress = (n: number, more = {}) => ({ n, t: "progress", done: n, unit: "rows", ...more });

describe("events as they are read", () => {
  test("are the same however the bytes arrive", () => {
    const events = [1, 2, 3].map((n) => progress(n, { unit: "señales 🧵" }));
    const bytes = Buffer.from(events.map(line).join(""));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const reader = new EventReader();
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const found = at.slice(1).flatMap((end, i) => reader.push(bytes.subarray(at[i], end)));
        expect(found).toEqual(events);
      }),
    );
  });

  test("end before a torn last line", () => {
    expect(read(`${line(progress(1))}{"n":2,"t":"prog`)).toEqual([progress(1)]);
  });

  test("tell of a line that is no event, of one unknown key, and of a number that is missing or comes again", () => {
    const reports = read(
      [
        "<<<\n",
        line(progress(1, { colour: "red" })),
        line(progress(1)),
        line(progress(4)),
        line(progress(2)),
      ].join(""),
    );
    expect(reports).toMatchObject([
      { t: "unread", code: "event-not-read", values: { line: 1, text: "<<<" } },
      { t: "unread", code: "event-not-read", values: { line: 2 } },
      { t: "progress", n: 1 },
      { t: "unread", code: "events-lost", values: { line: 4, count: 2 } },
      { t: "progress", n: 4 },
      { t: "unread", code: "event-again", values: { line: 5, number: 2 } },
    ]);
  });

  test("tell of the first lines that cannot be read one by one and count the rest", () => {
    const reports = read("not json\n".repeat(1000) + line(progress(1)));
    expect(reports).toHaveLength(limits.unreadLines + 2);
    expect(reports.at(-1)).toEqual({
      t: "unread",
      code: "events-not-read",
      values: { count: 1000 - limits.unreadLines },
    });
  });

  test("a line of 100 MB is skipped without being held, and what follows is read", () => {
    const reader = new EventReader();
    const chunk = Buffer.alloc(1 << 20, "x");
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let i = 0; i < 100; i++) {
      expect(reader.push(chunk)).toEqual([]);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(most).toBeLessThan(3 * limits.eventLineBytes);
    expect(reader.push(Buffer.from(`\n${line(progress(1))}`))).toEqual([
      { t: "unread", code: "event-too-long", values: { line: 1, bytes: 100 << 20 } },
      progress(1),
    ]);
  });

  test("any bytes at all are read without a throw, and every line is an event or is told", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const one of read(Buffer.from(bytes))) expect(one.t).toBe("unread");
      }),
    );
  });

  test("hold no NUL and no half of a surrogate pair, in keys neither", () => {
    const text =
      '{"n":1,"t":"log","at":"2026-01-01T00:00:00Z","level":"info","code":"a\\u0000","values":{"k\\ud800":"\\udc00x"}}\n';
    expect(read(text)).toMatchObject([{ code: "a\uFFFD", values: { "k\uFFFD": "\uFFFDx" } }]);
  });

  test("carry numbers that JSON lacks as text", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1]) {
      const [event] = read(line({ n: 1, t: "metric", name: "loss", step: 1, value: encodeNumber(value) }));
      expect(event?.t === "metric" && decodeNumber(event.value)).toBe(value);
    }
    expect(read('{"n":1,"t":"metric","name":"loss","step":1,"value":NaN}\n')).toMatchObject([
      { t: "unread" },
    ]);
  });
});

describe("the file of events", () => {
  test("is followed while it grows", async () => {
    const dir = await mkdtemp(join(tmpdir(), "telar-events-"));
    const path = join(dir, "events.ndjson");
    const file = new EventFile(path);
    const look = async () => {
      const found: number[] = [];
      for await (const read of file.read()) found.push((read as JobEvent).n);
      return found;
    };
    expect(await look()).toEqual([]);
    const writer = new EventWriter(path);
    writer.write({ t: "progress", done: 1, unit: "rows" });
    writer.write({ t: "checkpoint", step: 3 });
    expect(await look()).toEqual([1, 2]);
    writer.write({ t: "progress", done: 2, unit: "rows" });
    expect(await look()).toEqual([3]);
    expect(await file.end()).toEqual([]);
    await rm(dir, { recursive: true });
  });

  test("is not read through a link", async () => {
    const dir = await mkdtemp(join(tmpdir(), "telar-events-"));
    await writeFile(join(dir, "other"), line(progress(1)));
    await symlink(join(dir, "other"), join(dir, "events.ndjson"));
    for await (const read of new EventFile(join(dir, "events.ndjson")).read()) expect(read).toBeUndefined();
    await rm(dir, { recursive: true });
  });
});
