/** `job.json`: all that a job must know. Written by Telar before the job starts, read by whatever runs it. */
import { z } from "zod";
import { PORT_TYPES } from "@/graph/ports";

export const JOB_SCHEMA = 1;

const name = z.string().min(1);
const count = z.int().nonnegative();
const portType = z.enum(PORT_TYPES).meta({ id: "PortType" });
const json = z.record(z.string(), z.unknown());

/** Where bytes lie: a folder that the job can reach, or an address that it fetches by itself. */
const oneOf = (place: { dir?: string | undefined; uri?: string | undefined }) =>
  (place.dir === undefined) !== (place.uri === undefined);
const ONE_OF = "exactly one of dir and uri";
/** The same rule in JSON Schema, which knows no functions. */
const oneOfSchema = { oneOf: [{ required: ["dir"] }, { required: ["uri"] }] };
const place = { dir: name.optional(), uri: name.optional() };

export const jobInput = z
  .strictObject({ type: portType, facts: json, digest: name, ...place })
  .refine(oneOf, ONE_OF)
  .meta({
    ...oneOfSchema,
    id: "JobInput",
    description: "An input artifact, verified. Its folder is not to be written to.",
  });
export const slotInput = z
  .strictObject({ slot: name, type: portType, facts: json, digest: name, ...place })
  .refine(oneOf, ONE_OF)
  .meta({
    ...oneOfSchema,
    id: "SlotInput",
    description: "One artifact of a list input, by the name of its slot.",
  });
export const jobOutput = z
  .strictObject({ type: portType, ...place })
  .refine(oneOf, ONE_OF)
  .meta({ ...oneOfSchema, id: "JobOutput", description: "Where the files of an output go." });

export const jobFile = z
  .strictObject({
    schema: z.literal(JOB_SCHEMA),
    nodeRunId: name,
    attempt: z.int().positive(),
    kind: name,
    codeVersion: count,
    params: json,
    threads: z.int().positive(),
    gpus: z
      .strictObject({ count, indices: z.array(count).optional() })
      .meta({ id: "JobGpus", description: "GPUs granted; `indices` unless the executor assigns its own." }),
    placement: z
      .strictObject({
        engine: name,
        backend: name,
        version: name,
        device: z.enum(["cpu", "gpu"]),
        arch: name,
        threads: z.int().positive(),
      })
      .meta({ id: "JobPlacement" })
      .nullable()
      .meta({ description: "Where it was planned to train: elsewhere the job is refused." }),
    seedRng: z.int().min(0).max(0xffff_ffff).meta({
      description: "The same for all attempts of one cache key: seeds whatever no parameter seeds.",
    }),
    inputs: z.record(z.string(), z.union([jobInput, z.array(slotInput)])),
    outputs: z.record(z.string(), jobOutput),
    checkpoint: z
      .strictObject({
        load: z
          .strictObject({ step: count, dir: name })
          .meta({ id: "KeptCheckpoint", description: "The newest checkpoint of an earlier attempt." })
          .optional(),
        save: name.meta({ description: "Folder below which checkpoints and stages are written." }),
      })
      .meta({ id: "JobCheckpoint" }),
    checkpointKey: name,
    recipe: z.string().nullable().meta({ description: "Graph and digests that led here, as text." }),
    tmp: name.meta({ description: "A scratch folder, removed after the job." }),
    dataDirs: z.array(name),
    trustedPaths: z.array(z.string()),
    modelsDir: name,
    downloadsDir: name,
    limits: z
      .strictObject({
        memoryBytes: count,
        deadline: z.iso.datetime().nullable().meta({ description: "UTC; null where none is set." }),
      })
      .meta({ id: "JobLimits" }),
  })
  .meta({ id: "Job", description: "What a job must know: the content of job.json." });

export type JobFile = z.infer<typeof jobFile>;
export type JobInput = z.infer<typeof jobInput>;
