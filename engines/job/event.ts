/** One line of `events.ndjson`: what a job says, numbered from 1. */
import { z } from "zod";
import { FAILURE_CODES } from "@/graph/problems";

const count = z.int().nonnegative();
const n = z.int().positive();
const name = z.string().min(1);

/** JSON has no words for these; Python and JavaScript agree on these three. */
export const NON_FINITE = ["NaN", "Infinity", "-Infinity"] as const;
const number = z.union([z.number(), z.enum(NON_FINITE)]);
export const failureCode = z.enum(FAILURE_CODES).meta({ id: "FailureCode" });
export const values = z.record(z.string(), z.union([z.string(), z.number()]));

export const madeFile = z
  .strictObject({
    path: name,
    size: count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .meta({
    id: "MadeFile",
    description: "A file that a job has written: path below its folder, bytes, SHA-256.",
  });
export const madeOutput = z
  .strictObject({ facts: z.record(z.string(), z.unknown()), files: z.array(madeFile) })
  .meta({ id: "MadeOutput", description: "One output: its facts, and every file in its folder." });

const progress = z
  .strictObject({
    n,
    t: z.literal("progress"),
    done: z.number(),
    total: z.number().optional(),
    unit: z.string(),
  })
  .meta({ id: "ProgressEvent" });
const metric = z
  .strictObject({ n, t: z.literal("metric"), name, step: z.number(), value: number })
  .meta({ id: "MetricEvent" });
const log = z
  .strictObject({
    n,
    t: z.literal("log"),
    at: z.iso.datetime(),
    level: z.enum(["info", "warn", "error"]).meta({ id: "LogLevel" }),
    code: name,
    values,
  })
  .meta({ id: "LogEvent", description: 'A code and values, never a sentence; library output is "text".' });
const sample = z
  .strictObject({
    n,
    t: z.literal("sample"),
    prompt: z.string(),
    text: z.string(),
    step: z.number().optional(),
  })
  .meta({ id: "SampleEvent" });
const checkpoint = z
  .strictObject({ n, t: z.literal("checkpoint"), step: count })
  .meta({ id: "CheckpointEvent", description: "The checkpoint of this step is kept." });
const artifact = z
  .strictObject({ n, t: z.literal("artifact"), port: name, ...madeOutput.shape })
  .meta({ id: "ArtifactEvent", description: "The output of one port is whole; `done` says the same again." });
const done = z
  .strictObject({ n, t: z.literal("done"), outputs: z.record(z.string(), madeOutput), peakBytes: count })
  .meta({ id: "DoneEvent", description: "The last event of a job that ended well." });
const error = z
  .strictObject({
    n,
    t: z.literal("error"),
    code: failureCode,
    reason: name,
    values,
    detail: z.string(),
    peakBytes: count,
  })
  .meta({
    id: "ErrorEvent",
    description: "The last event of a job that failed, or stopped as it was asked.",
  });

export const jobEvent = z
  .discriminatedUnion("t", [progress, metric, log, sample, checkpoint, artifact, done, error])
  .meta({ id: "JobEvent" });

export type JobEvent = z.infer<typeof jobEvent>;
export type MadeFile = z.infer<typeof madeFile>;
export type MadeOutput = z.infer<typeof madeOutput>;
/** An event before it has its number. */
export type Unnumbered = JobEvent extends infer E ? (E extends JobEvent ? Omit<E, "n"> : never) : never;

export const encodeNumber = (value: number): z.infer<typeof number> =>
  Number.isFinite(value) ? value : (String(value) as (typeof NON_FINITE)[number]);
export const decodeNumber = (value: z.infer<typeof number>): number => Number(value);
