/** What a worker and its job hosts say to each other. Everything is JSON. */
import type { JobFile } from "@/engines/job/job-file";
import type { Placement } from "@/graph/placement";
import type { Failure } from "@/graph/problems";
import type { Progress } from "@/graph/run-view";
import type { Stored } from "@/server/artifacts/put";
import type { ArtifactPlace } from "@/server/env";

export type HostConfig = {
  /** The artifact store; credentials of a bucket come with the environment. */
  artifacts: ArtifactPlace;
  modelsDir: string;
  downloadsDir: string;
  dataDirs: string[];
  /** Holds the Python package `telar_jobs`. */
  trainerDir: string;
};

/** What a host gets: the worker's settings, and how it knows that the worker lives. */
export type HostInit = HostConfig & { signFile: string; silentMs: number };

export type JobSpec = {
  nodeRunId: string;
  attempt: number;
  kind: string;
  codeVersion: number;
  params: Record<string, unknown>;
  inputs: { port: string; slot: string; list: boolean; digest: string }[];
  /** Names the checkpoints that this job may go on from. */
  checkpointKey: string;
  threads: number;
  /** Where it was planned to train. */
  placement?: Placement | null;
  gpus: JobFile["gpus"];
  seedRng: number;
  limits: JobFile["limits"];
  dataDirs: string[];
  trustedPaths: string[];
};

/** Questions that only the worker, which has the database, can answer. */
export type Asks = {
  stage: { ask: { key: string }; answer: string | null };
  "stage-made": { ask: { key: string; name: string } & Stored; answer: null };
  checkpoints: { ask: { key: string }; answer: { step: number; digest: string }[] };
  "checkpoint-made": { ask: { key: string; step: number } & Stored; answer: null };
  secret: { ask: { name: string }; answer: string };
  /** The recipe of a node run, as text; null when its run is gone. */
  recipe: { ask: { nodeRunId: string }; answer: string | null };
};

export type ToHost =
  | { type: "init"; config: HostInit }
  | { type: "job"; job: JobSpec }
  | { type: "abort" }
  | { type: "answer"; id: number; value: unknown }
  | { type: "refusal"; id: number; failure: EventFailure };

export type EventFailure = Pick<Failure, "code" | "reason" | "values">;
export type LogLine = {
  at: string;
  level: "info" | "warn" | "error";
  /** `text` for a sentence that a runner or a library wrote itself: `values.text`. */
  code: string;
  values: Record<string, unknown>;
};
export type JobEvent =
  | { say: "log"; line: LogLine }
  | { say: "metric"; name: string; step: number; value: number }
  | { say: "sample"; prompt: string; text: string; step?: number }
  | { say: "progress"; progress: Progress };

export type FromHost =
  | { type: "ready" }
  | { type: "rss"; bytes: number }
  | { type: "events"; events: JobEvent[] }
  | { type: "ask"; id: number; what: keyof Asks; ask: unknown }
  | { type: "done"; outputs: Record<string, Stored>; peakBytes: number }
  | { type: "failed"; failure: EventFailure; detail: string; aborted: boolean; peakBytes: number };
