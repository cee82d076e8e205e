/** A node kind as data. A definition never mentions its runner: it is loaded in the browser too. */
import type { z } from "zod";
import type { PortType, PortTypeName, PortTypeOf, Want } from "./ports";
import type { Problem } from "./problems";
import type { Score, Selector } from "./scores";

export const CATEGORIES = ["data", "clean", "model", "train", "evaluate", "ship"] as const;
export type Category = (typeof CATEGORIES)[number];

export type InputSpec = {
  want: Want;
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

/** What a job needs of a machine. Bytes; `threads` are CPU threads. */
export type Resources = { threads: number; memoryBytes: number; device: "cpu" | "gpu"; vramBytes?: number };
/** What a job is expected to take. `seconds` and `wattHours` are for two CPU cores before calibration. */
export type Estimate = { seconds: number; memoryBytes: number; diskBytes: number; wattHours: number };

export type Params = z.ZodObject;

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
  /** Name of a lucide icon. */
  icon: string;
  params: P;
  inputs: I;
  outputs: O;
  infer(params: z.output<P>, inputs: InputTypes<I>, probe?: unknown): OutputTypes<O>;
  /** Problems that need several inputs or parameters at once. Pure. */
  check?(params: z.output<P>, inputs: InputTypes<I>): Problem[];
  /** `migrations[n]` turns the params of version n into those of version n + 1. */
  migrations?: Record<number, (params: Record<string, unknown>) => Record<string, unknown>>;
  resources(params: z.output<P>, inputs: InputTypes<I>): Resources;
  estimate(params: z.output<P>, inputs: InputTypes<I>): Estimate;
  cache: "content" | "never";
  /** `training`: engine, its version, device and threads are part of the cache key. */
  fingerprint?: "training";
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
  return definition;
}

/** A definition whose parameter and port names are forgotten, for code that handles any kind. */
export type AnyNode = {
  kind: string;
  version: number;
  codeVersion: number;
  category: Category;
  order?: number;
  icon: string;
  params: Params;
  inputs: InputSpecs;
  outputs: OutputSpecs;
  // biome-ignore lint/suspicious/noExplicitAny: a definition is contravariant in its own params and ports
  infer(params: any, inputs: any, probe?: unknown): Record<string, PortType | undefined>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  check?(params: any, inputs: any): Problem[];
  migrations?: Record<number, (params: Record<string, unknown>) => Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  resources(params: any, inputs: any): Resources;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  estimate(params: any, inputs: any): Estimate;
  cache: "content" | "never";
  fingerprint?: "training";
  isolate?: true;
  sideEffect?: true;
  scores?: Readonly<Record<string, Score>>;
  selector?: Selector;
  files?: readonly string[];
  telling?: readonly string[];
  smoke?: Record<string, unknown>;
};

export type Catalogue = Readonly<Record<string, AnyNode>>;
