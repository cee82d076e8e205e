/** Logs, metrics and samples on their way to rows, in batches. Each row carries its attempt: a late writer changes nothing. */
import { isConnectionError, type Pool } from "@/server/db";
import { jsonParam } from "@/server/storable";
import * as limits from "./limits";
import type { JobEvent, LogLine } from "./messages";

type Fenced = { nodeRunId: string; attempt: number };
type Chunk = Fenced & { seq: number; lines: LogLine[] };
type Point = Fenced & { name: string; step: number; value: number };
type Sample = Fenced & { seq: number; prompt: string; text: string; step: number | null };
type Batch = { chunks: Chunk[]; points: Point[]; samples: Sample[] };

/** Two parts of what there is most of; a chunk of several lines is cut between them. Undefined for a single item. */
function split({ chunks, points, samples }: Batch): [Batch, Batch] | undefined {
  const none: Batch = { chunks: [], points: [], samples: [] };
  const parts = [
    ...chunks.flatMap((chunk) => linesOf(chunk).map((one) => ({ ...none, chunks: [one] }))),
    ...points.map((point) => ({ ...none, points: [point] })),
    ...samples.map((sample) => ({ ...none, samples: [sample] })),
  ];
  if (parts.length < 2) return undefined;
  const middle = Math.ceil(parts.length / 2);
  return [join(parts.slice(0, middle)), join(parts.slice(middle))];
}

/** `seq` counts lines: each keeps its own place. */
const linesOf = ({ lines, seq, ...fence }: Chunk): Chunk[] =>
  lines.map((line, at) => ({ ...fence, seq: seq + at, lines: [line] }));

const join = (parts: readonly Batch[]): Batch => ({
  chunks: parts.flatMap(({ chunks }) => chunks),
  points: parts.flatMap(({ points }) => points),
  samples: parts.flatMap(({ samples }) => samples),
});

export class Telemetry {
  private chunks = new Map<string, Chunk>();
  /** Came back unwritten. */
  private returned: Chunk[] = [];
  private points = new Map<string, Point>();
  private samples: Sample[] = [];
  private readonly counts = new Map<string, { lines: number; samples: number }>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    /** What the database refuses for good: of a batch, only this is left out. */
    private readonly refused: (item: Batch, error: unknown) => void = () => {},
  ) {}

  add({ nodeRunId, attempt }: Fenced, event: JobEvent): void {
    const key = `${nodeRunId}/${attempt}`;
    const count = this.counts.get(key) ?? { lines: 0, samples: 0 };
    this.counts.set(key, count);
    const fence = { nodeRunId, attempt };
    if (event.say === "log") {
      const chunk = this.chunks.get(key) ?? { ...fence, seq: count.lines + 1, lines: [] };
      chunk.lines.push(event.line);
      this.chunks.set(key, chunk);
      count.lines++;
    } else if (event.say === "metric") {
      const { name, step, value } = event;
      this.points.set(`${nodeRunId}/${name}/${step}`, { ...fence, name, step, value });
    } else if (event.say === "sample") {
      const { prompt, text, step = null } = event;
      this.samples.push({ ...fence, seq: ++count.samples, prompt, text, step });
    }
    this.timer ??= setTimeout(() => void this.flush(), limits.flushMs);
  }

  /** Everything said so far is written when this resolves, unless the database is away: then it waits for the next time. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    // A batch is taken when it is its turn: what comes back unwritten is older than all that waits.
    this.writing = this.writing.then(() => this.storeWaiting());
    return this.writing;
  }

  private async storeWaiting(): Promise<void> {
    const chunks = [...this.returned, ...this.chunks.values()];
    const batch = { chunks, points: [...this.points.values()], samples: this.samples };
    if (!chunks.length && !batch.points.length && !batch.samples.length) return;
    this.returned = [];
    this.chunks = new Map();
    this.points = new Map();
    this.samples = [];
    await this.store(batch);
  }

  /** What is refused is written again in halves, down to the one item that is the reason. */
  private async store(batch: Batch): Promise<void> {
    try {
      await this.write(batch);
    } catch (error) {
      if (isConnectionError(error)) return this.putBack(batch);
      const halves = split(batch);
      if (!halves) return this.refused(batch, error);
      for (const half of halves) await this.store(half);
    }
  }

  /** In front of what was said since. A chunk keeps its own place: written twice it changes nothing. */
  private putBack({ chunks, points, samples }: Batch): void {
    this.returned.push(...chunks);
    for (const point of points) {
      const key = `${point.nodeRunId}/${point.name}/${point.step}`;
      if (!this.points.has(key)) this.points.set(key, point);
    }
    this.samples = [...samples, ...this.samples];
    this.timer ??= setTimeout(() => void this.flush(), limits.putBackMs);
  }

  /** The attempt is over: its counters are forgotten. */
  forget({ nodeRunId, attempt }: Fenced): void {
    this.counts.delete(`${nodeRunId}/${attempt}`);
  }

  private async write({ chunks, points, samples }: Batch): Promise<void> {
    await this.pool.query({
      name: "write-telemetry",
      text: `WITH chunk AS (
          INSERT INTO "LogChunk" ("nodeRunId", attempt, seq, lines)
          SELECT w."nodeRunId", w.attempt, w.seq, w.lines
          FROM jsonb_to_recordset($1) AS w("nodeRunId" text, attempt int, seq int, lines jsonb)
          JOIN "NodeRun" n ON n.id = w."nodeRunId" AND n.attempt = w.attempt ON CONFLICT DO NOTHING
        ), point AS (
          INSERT INTO "MetricPoint" ("nodeRunId", name, step, value)
          SELECT w."nodeRunId", w.name, w.step, w.value
          FROM jsonb_to_recordset($2) AS w("nodeRunId" text, attempt int, name text, step int, value float8)
          JOIN "NodeRun" n ON n.id = w."nodeRunId" AND n.attempt = w.attempt
          ON CONFLICT ("nodeRunId", name, step) DO UPDATE SET value = excluded.value, at = now()
        )
        INSERT INTO "Sample" ("nodeRunId", attempt, seq, step, prompt, text)
        SELECT w."nodeRunId", w.attempt, w.seq, w.step, w.prompt, w.text
        FROM jsonb_to_recordset($3) AS w("nodeRunId" text, attempt int, seq int, step int, prompt text, text text)
        JOIN "NodeRun" n ON n.id = w."nodeRunId" AND n.attempt = w.attempt ON CONFLICT DO NOTHING`,
      values: [jsonParam(chunks), jsonParam(points), jsonParam(samples)],
    });
  }
}
