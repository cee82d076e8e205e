/** The contract between a kind's `run.ts` and whatever executes it. No database, no globals: a test fakes `Context` in 20 lines. */
import type { z } from "zod";
import type { InputSpec, InputSpecs, NodeDefinition, OutputSpecs, Params } from "./define-node";
import type { Placement } from "./placement";
import type { FactsOf, PortType, PortTypeName, PortTypeOf } from "./ports";

/** An input, verified and readable as a folder. Never write into `dir`. */
export type InputArtifact<T extends PortTypeName = PortTypeName> = {
  type: T;
  digest: string;
  facts: FactsOf[T];
  dir: string;
};

/** An output being written: put files into `dir`, then return `seal(facts)`. Unsealed folders are swept. */
export type OutputFolder<T extends PortTypeName = PortTypeName> = {
  dir: string;
  seal(facts: FactsOf[T]): SealedOutput<T>;
};
export type SealedOutput<T extends PortTypeName = PortTypeName> = { type: PortTypeOf<T>; dir: string };

/**
 * A line of the log. The sentence is `logs.<code>` of the kind's words or of the messages, made with `values` when it is shown;
 * a library's own output is the code `text` with `{ text }`.
 */
export type Log = (level: "info" | "warn" | "error", code: string, values?: Record<string, unknown>) => void;

/** What a step in Python is given. `outputs` are folders that it fills. */
export type PythonJob = {
  params: Record<string, unknown>;
  inputs?: Readonly<Record<string, InputArtifact | Record<string, InputArtifact> | undefined>>;
  outputs?: Readonly<Record<string, { type: PortTypeName; dir: string }>>;
};

export type Context<O extends OutputSpecs = OutputSpecs> = {
  /** Aborted when the run is cancelled or the deadline passed: stop soon, keep the last checkpoint. */
  signal: AbortSignal;
  log: Log;
  /** `total` may be unknown (undefined). */
  progress(done: number, total: number | undefined, unit: string): void;
  metric(name: string, step: number, value: number): void;
  /** A generated text shown while the node runs. */
  sample(sample: { prompt: string; text: string; step?: number }): void;
  artifacts: {
    open<P extends keyof O & string>(port: P): Promise<OutputFolder<O[P]["type"]>>;
    /** A folder cached under `name`, `key` and the node's inputs: `make` runs only when no earlier attempt has made it. */
    stage(name: string, key: unknown, make: (dir: string) => Promise<void>): Promise<string>;
  };
  checkpoint: {
    /** The newest checkpoint of an earlier attempt with the same cache key. */
    load(): Promise<{ step: number; dir: string } | undefined>;
    save(step: number, write: (dir: string) => Promise<void>): Promise<void>;
  };
  /** Resolves the secret that a parameter `{ "secret": "NAME" }` names. */
  secrets(name: string): Promise<string>;
  /** The graph that led here and its digests, as text: to be stamped into a model file. Not part of the cache key. */
  recipe(): Promise<string | undefined>;
  /** A scratch folder, removed after the job. */
  tmp: string;
  /** CPU threads granted to this job. */
  threads: number;
  /** Of a kind that trains: the engine that it was planned for. Its result is stored as that engine's. */
  placement: Placement | undefined;
  /**
   * Does one step in Python: `module` of `trainer/` as a job of its own, with events, stop, checkpoints and secrets as this
   * one has. Resolves with the facts of each output, its files written and verified.
   * @throws Failure as the job failed, `python-missing`
   */
  runPython(module: string, job: PythonJob): Promise<Record<string, Record<string, unknown>>>;
  /** Folders that paths in a graph may point below, most specific first. */
  dataDirs: readonly string[];
  /** Paths a person gave with `--set` on their own command line: allowed anywhere. */
  trustedPaths: readonly string[];
  /** Cache of downloaded base models, shared by all jobs of this machine. */
  modelsDir: string;
  /** Copies of files that graphs name by address. */
  downloadsDir: string;
};

type InputOf<S extends InputSpec> = S["list"] extends true
  ? Record<string, InputArtifact<S["want"]["type"]>>
  : S["optional"] extends true
    ? InputArtifact<S["want"]["type"]> | undefined
    : InputArtifact<S["want"]["type"]>;
export type Inputs<I extends InputSpecs> = { [P in keyof I]: InputOf<I[P]> };
export type Outputs<O extends OutputSpecs> = { [P in keyof O]: SealedOutput<O[P]["type"]> };

export type Job<P extends Params, I extends InputSpecs, O extends OutputSpecs> = {
  inputs: Inputs<I>;
  params: z.output<P>;
  ctx: Context<O>;
};
export type Runner<P extends Params, I extends InputSpecs, O extends OutputSpecs> = (
  job: Job<P, I, O>,
) => Promise<Outputs<O>>;
// biome-ignore lint/suspicious/noExplicitAny: a runner is contravariant in its own params and ports
type Loose = any;
export type AnyRunner = (job: {
  inputs: Loose;
  params: Loose;
  ctx: Context<Loose>;
}) => Promise<Record<string, { type: PortType; dir: string }>>;

/** Ties a runner to its definition, so that params, inputs and outputs are typed from it. */
export function defineRunner<K extends string, P extends Params, I extends InputSpecs, O extends OutputSpecs>(
  _definition: NodeDefinition<K, P, I, O>,
  run: Runner<P, I, O>,
): Runner<P, I, O> {
  return run;
}
