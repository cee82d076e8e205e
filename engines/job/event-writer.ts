/** Appends what a job says to its `events.ndjson`: one line an event, numbered from 1. */
import { appendFileSync } from "node:fs";
import type { Unnumbered } from "./event";

export class EventWriter {
  private written = 0;

  /** The file must not hold events yet: a job has a folder of its own. */
  constructor(private readonly file: string) {}

  /** In one write, so that a reader sees whole lines or a torn last one. */
  write(event: Unnumbered): void {
    this.written++;
    appendFileSync(this.file, `${JSON.stringify({ n: this.written, ...event })}\n`);
  }
}
