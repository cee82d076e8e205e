/** A node kind as data. A definition never mentions its runner: it is loaded in the browser too. */
import type { z } from "zod";
import type { Placement } from "./placement";
import type { Pii, PortType, PortTypeName, PortTypeOf, Want } from "./ports";
import type { Problem } from "./problems";
import type { Score, Selector } from "./scores";
import type { NoTrainer, TrainerChoice, TrainerMachine } from "./trainers";

export const CATEGORIES = ["data", "clean", "model", "train", "evaluate", "ship"] as const;
export type Category = (typeof CATEGORIES)[number];

export type InputSpec = {
  want: Want;
  /** `flow`: what comes in goes into the outputs, and its labels with it. `reads`: it is only looked at, as a validation set. */
  labels: "flow" | "reads";
  optional?: true;
  /** Takes any number of wires in named slots: `mix.data[faq]`. */
  list?: true;
};
/** `secondary` outputs (a ledger, a report beside the product) are drawn quietly. */
export type OutputSpec = { type: PortTypeName; secondary?: true };
export type InputSpecs = Record<string, InputSpec>;
export type OutputSpecs = Record<string, OutputSpec>;

type InputType<S extends InputSpec> = S["list"] extends true
  ? Record<string, PortTypeOf<S["want"]["type"]>>
  : PortTypeOf<S["want"]["type"]>;
/** Types known at the inputs while editing; absent where nothing is wired or nothing is known yet. */
export type InputTypes<I extends InputSpecs> = { [P in keyof I]?: InputType<I[P]> };
export type OutputTypes<O extends OutputSpecs> = { [P in keyof O]?: PortTypeOf<O[P]["type"]> };

/**
 * What a job needs of a machine. Bytes; `threads` are CPU threads, `gpus` how many of them, `vramBytes` of each (absent: all
 * of it). `executor` names the one that must run it; absent, any may.
 */
export type Resources = {
  threads: number;
  memoryBytes: number;
  gpus: number;
  vramBytes?: number;
  executor?: "local" | "ray";
};
/** What a job is expected to take. `seconds` and `wattHours` are for two CPU cores before calibration. */
export type Estimate = { seconds: number; memoryBytes: number; diskBytes: number; wattHours: number };

/** `module` is a Python module of `trainer/`, such as `telar_jobs.echo`. */
export type Runtime = { in: "node" } | { in: "python"; module: string };

export type Params = z.ZodObject;

/** What a node of the kind shows on the canvas beside its telling parameters. Its room is kept from the start. */
export type CanvasHints = {
  /** A wider box, for kinds whose live part needs it. */
  wide?: true;
  /** Name of the metric whose curve grows on the node while it runs. */
  curve?: string;
};
/** Files that become a node of the kind when they are dropped on the canvas or a graph is made around them. */
export type Opens = {
  /** Ends of their names, in small letters, without the dot. */
  endings: readonly string[];
  /** Parameters of the node, from where the file lies now. */
  params(path: string): Record<string, z.core.util.JSONType>;
};

export type NodeDefinition<
  K extends string = string,
  P extends Params = Params,
  I extends InputSpecs = InputSpecs,
  O extends OutputSpecs = OutputSpecs,
> = {
  /** Never changes. */
  kind: K;
  /** Rises when params or ports change shape, with a migration. */
  version: number;
  /** Rises when results change: it is part of the cache key. */
  codeVersion: number;
  category: Category;
  /** Place within its category in the add menu: small numbers come first, kinds without one last, by name. */
  order?: number;
  /** Name of a lucide icon: https://lucide.dev/icons */
  icon: string;
  /** What people type to find the kind beside its title: other names, formats and programs, in any language. The most telling first. */
  aliases?: readonly string[];
  canvas?: CanvasHints;
  opens?: Opens;
  params: P;
  inputs: I;
  outputs: O;
  infer(params: z.output<P>, inputs: InputTypes<I>, probe?: unknown): OutputTypes<O>;
  /** The only exception from the join of labels: outputs in which personal data is masked or gone with these parameters. */
  relabel?(params: z.output<P>): { [port in keyof O]?: { pii: Pii } };
  /** Problems that need several inputs or parameters at once. Pure. */
  check?(params: z.output<P>, inputs: InputTypes<I>): Problem[];
  /** `migrations[n]` turns the params of version n into those of version n + 1. */
  migrations?: Record<number, (params: Record<string, unknown>) => Record<string, unknown>>;
  /** `placement`: where it trains, once that is settled. */
  resources(params: z.output<P>, inputs: InputTypes<I>, placement?: Placement): Resources;
  estimate(params: z.output<P>, inputs: InputTypes<I>, placement?: Placement): Estimate;
  /** Of a kind that trains: which engine of a machine does it. Where it lands is part of the cache key. */
  place?(params: z.output<P>, inputs: InputTypes<I>, machine: TrainerMachine): TrainerChoice | NoTrainer;
  /** Where a job's code lives; `run.ts` unless it says otherwise. Pure: plan, doctor and form read it too. */
  runtime?(params: z.output<P>, inputs: InputTypes<I>): Runtime;
  cache: "content" | "never";
  /** A job host of its own, ended after the job, instead of a pooled one. */
  isolate?: true;
  /** Acts on the world: left out of smoke runs and triggers unless the node's `automatic` parameter says so. */
  sideEffect?: true;
  /**
   * Scores that the kind gives to rows, by name, with `selector`, how it chooses rows by them. What only chooses never
   * scores again when it is moved.
   */
  scores?: Readonly<Record<string, Score<keyof z.output<P> & string>>>;
  selector?: Selector<keyof z.output<P> & string>;
  /** Parameters that name files or folders on disk: in the cache key their content's digest stands for the path. */
  files?: readonly (keyof z.output<P> & string)[];
  /** Its probe reads these files and nothing else of the machine: what it said is kept until one of them changes. */
  probesFiles?: true;
  /** The one of `files` that rows come from: their ids begin with a prefix of its path, which therefore counts in the cache key too. */
  rowsFrom?: keyof z.output<P> & string;
  /** The one of `files` whose name is part of the result, as an origin or a title: it counts in the cache key too. */
  namedAfter?: keyof z.output<P> & string;
  /** Parameters to show on the node itself, in this order. */
  telling?: readonly (keyof z.output<P> & string)[];
  /** What `--smoke` changes: sizes no larger than these. */
  smoke?: Partial<z.input<P>>;
};

export function defineNode<
  const K extends string,
  P extends Params,
  const I extends InputSpecs,
  const O extends OutputSpecs,
>(definition: NodeDefinition<K, P, I, O>): NodeDefinition<K, P, I, O> {
  // Ports are looked up by names from files: `constructor` is none.
  const bare = <R extends object>(record: R): R => Object.assign(Object.create(null), record);
  return { ...definition, inputs: bare(definition.inputs), outputs: bare(definition.outputs) };
}

/** A definition whose parameter and port names are forgotten, for code that handles any kind. */
export type AnyNode = {
  kind: string;
  version: number;
  codeVersion: number;
  category: Category;
  order?: number;
  icon: string;
  aliases?: readonly string[];
  canvas?: CanvasHints;
  opens?: Opens;
  params: Params;
  inputs: InputSpecs;
  outputs: OutputSpecs;
  // biome-ignore lint/suspicious/noExplicitAny: a definition is contravariant in its own params and ports
  infer(params: any, inputs: any, probe?: unknown): Record<string, PortType | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  relabel?(params: any): Record<string, { pii: Pii } | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  check?(params: any, inputs: any): Problem[];
  migrations?: Record<number, (params: Record<string, unknown>) => Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  resources(params: any, inputs: any, placement?: Placement): Resources;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  estimate(params: any, inputs: any, placement?: Placement): Estimate;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  place?(params: any, inputs: any, machine: TrainerMachine): TrainerChoice | NoTrainer;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  runtime?(params: any, inputs: any): Runtime;
  cache: "content" | "never";
  isolate?: true;
  sideEffect?: true;
  scores?: Readonly<Record<string, Score>>;
  selector?: Selector;
  files?: readonly string[];
  probesFiles?: true;
  rowsFrom?: string;
  namedAfter?: string;
  telling?: readonly string[];
  smoke?: Record<string, unknown>;
};

export type Catalogue = Readonly<Record<string, AnyNode>>;
