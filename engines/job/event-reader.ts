/** Bytes of `events.ndjson` as events. Pure over what it is given; what it cannot read it tells, never drops in silence. */
import type { Values } from "@/graph/problems";
import { storable, storableText } from "@/graph/storable";
import { type JobEvent, jobEvent } from "./event";
import * as limits from "./limits";

/** A line that is no event: a log line of the job for whoever reads it. */
export type Unread = { t: "unread"; code: UnreadCode; values: Values };
type UnreadCode = "event-not-read" | "event-too-long" | "events-lost" | "event-again" | "events-not-read";
export type Read = JobEvent | Unread;

export class EventReader {
  private parts: Buffer[] = [];
  private held = 0;
  /** Of a line that is too long: its bytes so far, none of them kept. */
  private skipped = 0;
  private line = 0;
  private expected = 1;
  private unread = 0;

  /** Whole lines in `chunk` and before it; what comes after the last line break waits. */
  push(chunk: Buffer): Read[] {
    const found: Read[] = [];
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      this.hold(chunk.subarray(from, at));
      found.push(...this.endLine());
      from = at + 1;
    }
    this.hold(chunk.subarray(from));
    return found;
  }

  /** Nothing follows: a last line without its line break was torn and is ignored. */
  end(): Read[] {
    const untold = this.unread - limits.unreadLines;
    return untold > 0 ? [{ t: "unread", code: "events-not-read", values: { count: untold } }] : [];
  }

  private hold(bytes: Buffer): void {
    if (!bytes.length) return;
    if (this.skipped || this.held + bytes.length > limits.eventLineBytes) {
      this.skipped += this.held + bytes.length;
      this.parts = [];
      this.held = 0;
    } else {
      // A copy: the caller reads the next chunk into the same memory.
      this.parts.push(Buffer.from(bytes));
      this.held += bytes.length;
    }
  }

  private endLine(): Read[] {
    const { skipped } = this;
    const text = Buffer.concat(this.parts).toString("utf8");
    this.parts = [];
    this.held = 0;
    this.skipped = 0;
    this.line++;
    if (skipped) return this.report("event-too-long", { line: this.line, bytes: skipped });
    if (text.trim() === "") return [];
    const event = parseEvent(text);
    if (!event) {
      const shown = storableText(text.slice(0, limits.unreadChars));
      return this.report("event-not-read", { line: this.line, text: shown });
    }
    const { expected } = this;
    if (event.n < expected) return this.report("event-again", { line: this.line, number: event.n });
    this.expected = event.n + 1;
    const lost = event.n - expected;
    return lost ? [...this.report("events-lost", { line: this.line, count: lost }), event] : [event];
  }

  private report(code: UnreadCode, values: Values): Unread[] {
    return ++this.unread > limits.unreadLines ? [] : [{ t: "unread", code, values }];
  }
}

function parseEvent(text: string): JobEvent | undefined {
  try {
    return jobEvent.safeParse(storable(JSON.parse(text))).data;
  } catch {
    return undefined;
  }
}
