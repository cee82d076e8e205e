/**
 * Labels: marks that travel with data. One join over what flows into a node gives the labels of what comes out, while
 * editing and when outputs are stored; no kind writes them by hand. Pure.
 */
import type { AnyNode } from "./define-node";
import { type Labels, PII, type Pii, type PortType, type PortTypeName } from "./ports";
import type { InputArtifact, SealedOutput } from "./runner";

const SETS = ["licences", "origins", "evaluation"] as const;

/**
 * The careful side of two labels: commutative, associative, idempotent, and never below either. An absent mark says
 * nothing, so the other one stands.
 */
export function joinLabels(a: Labels, b: Labels): Labels {
  const pii = PII.findLast((mark) => a.pii === mark || b.pii === mark);
  const joined: Labels = pii ? { pii } : {};
  for (const name of SETS) {
    const members = sorted([...(a[name] ?? []), ...(b[name] ?? [])]);
    if (members.length > 0) joined[name] = members;
  }
  return joined;
}

const sorted = (members: readonly string[]) => [...new Set(members)].sort();

/** Data that says nothing of itself may hold anything; a base model, and what shows results, states what it knows. */
const DEFAULT_PII: Record<PortTypeName, Pii> = {
  dataset: "unknown",
  tokens: "unknown",
  adapter: "unknown",
  model: "none",
  report: "none",
  endpoint: "none",
  chain: "none",
};

/** What a type says of itself, or what its silence means. */
export const labelsOf = ({ type, labels }: PortType): Labels => ({ pii: DEFAULT_PII[type], ...labels });

type InputTypes = Readonly<Record<string, PortType | Readonly<Record<string, PortType>> | undefined>>;

/** The join over all inputs whose content goes into the outputs; inputs that are only read do not count. */
export function flowing(definition: Pick<AnyNode, "inputs">, inputs: InputTypes): Labels {
  let joined: Labels = {};
  for (const [port, spec] of Object.entries(definition.inputs)) {
    const given = inputs[port];
    if (spec.labels !== "flow" || !given) continue;
    const types = spec.list ? Object.values(given as Record<string, PortType>) : [given as PortType];
    for (const type of types) joined = joinLabels(joined, labelsOf(type));
  }
  return joined;
}

/**
 * The outputs with their labels: the join of what flows in, lowered where the kind declares that it masks, joined with
 * what the output states of itself (a source's origin, personal data that was found).
 */
export function labelOutputs<O extends Record<string, PortType | undefined>>(
  definition: Pick<AnyNode, "inputs" | "relabel">,
  params: unknown,
  inputs: InputTypes,
  outputs: O,
): O {
  const flow = flowing(definition, inputs);
  const relabelled = new Map(Object.entries(definition.relabel?.(params) ?? {}));
  const labelled = Object.entries(outputs).map(([port, type]) => {
    if (!type) return [port, type];
    const labels = joinLabels({ ...flow, ...relabelled.get(port) }, type.labels ?? {});
    return [port, { ...type, labels: { pii: DEFAULT_PII[type.type], ...labels } }];
  });
  return Object.fromEntries(labelled) as O;
}

type Sealed = Record<string, SealedOutput>;
type Given = Readonly<Record<string, InputArtifact | Record<string, InputArtifact> | undefined>>;

function typesOf(definition: Pick<AnyNode, "inputs">, inputs: Given): InputTypes {
  const typeOf = ({ type, facts }: InputArtifact) => ({ ...facts, type }) as PortType;
  return mapEntries(inputs, (given, port) => {
    if (!given) return undefined;
    if (!definition.inputs[port]?.list) return typeOf(given as InputArtifact);
    return mapEntries(given as Record<string, InputArtifact>, typeOf);
  });
}

/** `flowing` for what a runner was given: what it writes into files that leave Telar. */
export const flowingInto = (definition: Pick<AnyNode, "inputs">, inputs: Given): Labels =>
  flowing(definition, typesOf(definition, inputs));

/** `labelOutputs` for what a runner was given and gave back: what stores outputs calls it. */
export function labelSealed(definition: AnyNode, params: unknown, inputs: Given, outputs: Sealed): Sealed {
  const labelled = labelOutputs(
    definition,
    params,
    typesOf(definition, inputs),
    mapEntries(outputs, ({ type }) => type),
  );
  return mapEntries(outputs, ({ dir }, port) => ({ dir, type: labelled[port]! }));
}

/** Keys come from outside (slots), so none of them may reach a prototype. */
const mapEntries = <T, U>(record: Readonly<Record<string, T>>, change: (value: T, key: string) => U) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)])) as Record<
    string,
    U
  >;

/**
 * Facts as they stand in a manifest, of whatever version wrote it, as this version knows them. Earlier ones had one
 * `licence` and one `origin`. A mark that is not known counts as `unknown`.
 */
export function readFacts(type: PortTypeName, facts: object): PortType {
  const { labels, ...rest } = facts as { labels?: unknown };
  return { ...rest, type, ...(isObject(labels) && { labels: readLabels(labels) }) } as PortType;
}

/** `readFacts` of all outputs of a node. */
export const readOutputs = <O extends { type: PortTypeName; facts: object }>(
  outputs: Readonly<Record<string, O>>,
) => mapEntries(outputs, (output) => ({ ...output, facts: readFacts(output.type, output.facts) }));

/** Labels as a model file carries them; a text that cannot be read claims something, though nobody knows what. */
export function parseLabels(text: string): Labels {
  try {
    const labels: unknown = JSON.parse(text);
    if (isObject(labels)) return { pii: "unknown", ...readLabels(labels) };
  } catch {}
  return { pii: "unknown" };
}

function readLabels({ pii, licence, origin, ...sets }: Record<string, unknown>): Labels {
  const read: Labels = {};
  if (pii !== undefined) read.pii = PII.find((mark) => mark === pii) ?? "unknown";
  const older: Record<string, unknown> = { licences: licence, origins: origin };
  for (const name of SETS) {
    const given = Array.isArray(sets[name]) ? sets[name] : [older[name]];
    const members = sorted(given.filter((one) => typeof one === "string"));
    if (members.length > 0) read[name] = members;
  }
  return read;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
