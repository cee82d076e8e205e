/** Port types: what a wire may carry, the facts that travel with it, and the one function that decides whether it fits. */

export const PORT_TYPES = ["dataset", "tokens", "model", "adapter", "report", "endpoint", "chain"] as const;
export type PortTypeName = (typeof PORT_TYPES)[number];

export const DATASET_SHAPES = ["table", "text", "chat", "preference", "labelled"] as const;
export type DatasetShape = (typeof DATASET_SHAPES)[number];

export const COLUMN_TYPES = ["string", "integer", "number", "boolean", "timestamp", "json"] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];
export type Column = { name: string; type: ColumnType };

/** What is known about personal data, from careless to careful. */
export const PII = ["none", "masked", "unknown", "found"] as const;
export type Pii = (typeof PII)[number];
/**
 * Marks that travel with data. `origins`: `human`, `synthetic:<by>`, a Hub id, a file; `evaluation`: benchmarks whose
 * rows are inside. Sets are sorted.
 */
export type Labels = { pii?: Pii; licences?: string[]; origins?: string[]; evaluation?: string[] };

export type DatasetFacts = {
  shape: DatasetShape;
  columns?: Column[];
  rows?: number;
  /** Before a run, where `rows` cannot be known: about how many, as if filters dropped none. Only estimates read it. */
  rowsAbout?: number;
  bytes?: number;
  labels?: Labels;
};
/** `tokenizer` and `template` are identities: sha256 of `tokenizer.json` and of the chat template's text. */
export type TokensFacts = {
  tokenizer?: string;
  template?: string;
  maxLength?: number;
  rows?: number;
  /** As of a dataset. */
  rowsAbout?: number;
  /** All tokens, and those that count in the loss. */
  tokens?: number;
  trainedTokens?: number;
  labels?: Labels;
};
/** `identity` names the weights whatever folder they lie in; an adapter's `base` must equal it. */
export type ModelFacts = {
  identity?: string;
  name?: string;
  family?: string;
  /** Number of weights. */
  parameters?: number;
  format?: "safetensors" | "gguf";
  /** GGUF file type, such as `Q4_K_M`, or the safetensors dtype. */
  precision?: string;
  tokenizer?: string;
  template?: string;
  contextLength?: number;
  licence?: string;
  bytes?: number;
  /** Which of the sources gave the bytes: `cache`, `hub`, `wheel`, `folder`, `file`, or the node that made it. */
  source?: string;
  labels?: Labels;
};
export type AdapterFacts = {
  base?: string;
  rank?: number;
  alpha?: number;
  targets?: string[];
  steps?: number;
  labels?: Labels;
};
export type ReportFacts = {
  primary?: string;
  metrics?: Record<string, number>;
  /** Whether a lower or a higher primary metric is better. */
  better?: Better;
  /** Digest of the rows that it was measured on: numbers of other rows are not to be compared with it. */
  on?: string;
  labels?: Labels;
};
export type Better = "lower" | "higher";
/** One number of a report, with what is needed to compare it. */
export type Measured = { name: string; value: number; better: Better; on: string };
export type EndpointFacts = {
  slug?: string;
  model?: string;
  contextLength?: number;
  modelDigest?: string;
  adapterDigest?: string;
  /** Host of the server elsewhere that answers; absent when this installation does. */
  server?: string;
  /** The model's chat template refuses system messages. */
  noInstructions?: true;
  /** The primary number of the report that came with the model. */
  measured?: Measured;
  /** It is served only if it is measured and no worse than what is served. */
  onlyIfBetter?: true;
  labels?: Labels;
};
export type ChainFacts = { inputs?: string[]; outputs?: string[]; slug?: string; labels?: Labels };

export type FactsOf = {
  dataset: DatasetFacts;
  tokens: TokensFacts;
  model: ModelFacts;
  adapter: AdapterFacts;
  report: ReportFacts;
  endpoint: EndpointFacts;
  chain: ChainFacts;
};

/** A type as inferred while editing, or as recorded in an artifact's manifest: the same shape, with more known. */
export type PortType = { [T in PortTypeName]: { type: T } & FactsOf[T] }[PortTypeName];
export type PortTypeOf<T extends PortTypeName> = Extract<PortType, { type: T }>;

/** What an input asks for. Absent fields ask for nothing. */
export type Want =
  | { type: "dataset"; shapes?: readonly DatasetShape[] }
  | { type: "model"; formats?: readonly NonNullable<ModelFacts["format"]>[] }
  | { type: Exclude<PortTypeName, "dataset" | "model"> };

export type Mismatch = { code: "wrong-type" | "wrong-shape" | "wrong-format"; wants: string; has: string };

/** Short form for messages: `dataset<chat>`, `model<gguf>`, `tokens`. */
export function describeType(type: PortType): string {
  if (type.type === "dataset") return `dataset<${type.shape}>`;
  if (type.type === "model" && type.format) return `model<${type.format}>`;
  return type.type;
}

export function describeWant(want: Want): string {
  if (want.type === "dataset" && want.shapes?.length) return `dataset<${want.shapes.join(" | ")}>`;
  if (want.type === "model" && want.formats?.length) return `model<${want.formats.join(" | ")}>`;
  return want.type;
}

/** Every dataset is also a table. Returns why `has` does not fit, or undefined when it does. */
export function mismatch(want: Want, has: PortType): Mismatch | undefined {
  const say = (code: Mismatch["code"]): Mismatch => ({
    code,
    wants: describeWant(want),
    has: describeType(has),
  });
  if (want.type !== has.type) return say("wrong-type");
  if (want.type === "dataset" && has.type === "dataset") {
    const { shapes } = want;
    if (shapes && !shapes.includes("table") && !shapes.includes(has.shape)) return say("wrong-shape");
  }
  if (want.type === "model" && has.type === "model") {
    if (want.formats && has.format && !want.formats.includes(has.format)) return say("wrong-format");
  }
  return undefined;
}

/** The count where it is known, else about how many; nothing where neither is known. */
export const rowsOf = (facts: Pick<DatasetFacts, "rows" | "rowsAbout"> | undefined): number | undefined =>
  facts?.rows ?? facts?.rowsAbout;

/** What is known before a run of data that some rows may be dropped from. */
export function afterDropping<F extends DatasetFacts>({ rows, rowsAbout, bytes, ...rest }: F) {
  const about = rows ?? rowsAbout;
  return { ...rest, ...(about !== undefined && { rowsAbout: about }) };
}
