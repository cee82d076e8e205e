/** A small catalogue and arbitrary graphs over it, for property tests of the language. */
import fc from "fast-check";
import { z } from "zod";
import { type AnyNode, type Catalogue, defineNode } from "./define-node";
import type { GraphFile, GraphNode } from "./document";
import { jsonSize } from "./draft/is-json";

const cheap = {
  resources: () => ({ threads: 1, memoryBytes: 1, gpus: 0 }),
  estimate: () => ({ seconds: 1, memoryBytes: 1, diskBytes: 1, wattHours: 1 }),
};

const source = defineNode({
  kind: "source",
  version: 2,
  codeVersion: 1,
  category: "data",
  icon: "file",
  params: z.object({ path: z.string().default("a.jsonl"), rows: z.int().min(1).max(1000).default(10) }),
  inputs: {},
  outputs: { data: { type: "dataset" } },
  infer: () => ({ data: { type: "dataset", shape: "table" } }),
  migrations: { 1: ({ limit, ...rest }) => (limit === undefined ? rest : { ...rest, rows: limit }) },
  files: ["path"],
  smoke: { rows: 4 },
  cache: "content",
  ...cheap,
});
const chat = defineNode({
  kind: "chat",
  version: 1,
  codeVersion: 1,
  category: "data",
  icon: "message-square",
  params: z.object({ system: z.string().default("") }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow" } },
  outputs: { data: { type: "dataset" } },
  infer: () => ({ data: { type: "dataset", shape: "chat" } }),
  cache: "content",
  ...cheap,
});
const clean = defineNode({
  kind: "clean",
  version: 1,
  codeVersion: 3,
  category: "clean",
  icon: "filter",
  params: z.object({ threshold: z.number().min(0).max(1).default(0.5) }),
  inputs: { data: { want: { type: "dataset", shapes: ["chat"] }, labels: "flow" } },
  outputs: { data: { type: "dataset" }, ledger: { type: "dataset", secondary: true } },
  infer: (_params, { data }) => ({ ...(data ? { data } : {}), ledger: { type: "dataset", shape: "table" } }),
  cache: "content",
  ...cheap,
});
const mix = defineNode({
  kind: "mix",
  version: 1,
  codeVersion: 1,
  category: "data",
  icon: "shuffle",
  params: z.object({ seed: z.int().default(0) }),
  inputs: { data: { want: { type: "dataset" }, labels: "flow", list: true } },
  outputs: { data: { type: "dataset" } },
  infer: (_params, { data }) => {
    const first = Object.values(data ?? {})[0];
    return first ? { data: first } : {};
  },
  cache: "content",
  ...cheap,
});
const ship = defineNode({
  kind: "ship",
  version: 1,
  codeVersion: 1,
  category: "ship",
  icon: "upload",
  params: z.object({ slug: z.string().default("a"), automatic: z.boolean().default(false) }),
  inputs: { data: { want: { type: "dataset", shapes: ["chat"] }, labels: "flow" } },
  outputs: { endpoint: { type: "endpoint" } },
  infer: () => ({ endpoint: { type: "endpoint" } }),
  sideEffect: true,
  cache: "never",
  ...cheap,
});

export const testCatalogue = { source, chat, clean, mix, ship } satisfies Record<
  string,
  AnyNode
> as Catalogue;

const json = fc
  .jsonValue({ maxDepth: 2 })
  .map((v) => JSON.parse(JSON.stringify(v)))
  .filter((v) => jsonSize(v) !== null) as fc.Arbitrary<GraphNode["params"][string]>;
const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,7}$/);
const params: Record<string, fc.Arbitrary<GraphNode["params"]>> = {
  source: fc.record({ path: fc.string(), rows: fc.integer({ min: 1, max: 1000 }) }, { requiredKeys: [] }),
  chat: fc.record({ system: fc.string() }, { requiredKeys: [] }),
  clean: fc.record({ threshold: fc.integer({ min: 0, max: 100 }).map((n) => n / 100) }, { requiredKeys: [] }),
  mix: fc.record({ seed: fc.integer({ min: 0, max: 9 }) }, { requiredKeys: [] }),
  ship: fc.record({ slug: id }, { requiredKeys: [] }),
  "from-the-future": fc.dictionary(id, json, { maxKeys: 3 }),
};

/** Any well-formed graph without cycles: wires only go from earlier to later nodes. */
export const anyGraph: fc.Arbitrary<GraphFile> = fc
  .record({
    name: fc.string(),
    ids: fc.uniqueArray(id, { minLength: 3, maxLength: 12 }),
    seed: fc.array(fc.nat(1_000_000), { minLength: 64, maxLength: 64 }),
    kinds: fc.array(fc.constantFrom(...Object.keys(params)), { minLength: 12, maxLength: 12 }),
    values: fc.tuple(...Array.from({ length: 12 }, () => fc.record(params))),
    notes: fc.array(fc.string(), { maxLength: 2 }),
  })
  .map(({ name, ids, seed, kinds, values, notes }) => {
    let drawn = 0;
    const next = (n: number) => seed[drawn++ % seed.length]! % n;
    const noteIds = ids.slice(0, Math.min(notes.length, ids.length - 1));
    const nodes: GraphNode[] = ids.slice(noteIds.length).map((id, i) => {
      const kind = kinds[i]!;
      const states = [undefined, undefined, "muted", "bypassed"] as const;
      const state = states[next(4)];
      return {
        id,
        kind,
        version: testCatalogue[kind]?.version ?? 7,
        params: values[i]![kind]!,
        ...(next(3) ? {} : { title: `Title ${i}` }),
        ...(state ? { state } : {}),
      };
    });
    const wires = nodes.flatMap((node, i) => {
      const list = node.kind === "mix";
      const inputs = list ? ["data[a]", "data[b]"] : Object.keys(testCatalogue[node.kind]?.inputs ?? {});
      return inputs.flatMap((port) => {
        const from = i ? nodes[next(i)]! : undefined;
        const outputs = Object.keys(testCatalogue[from?.kind ?? ""]?.outputs ?? {});
        return from && outputs.length && next(5)
          ? [{ from: `${from.id}.${outputs[next(outputs.length)]}`, to: `${node.id}.${port}` }]
          : [];
      });
    });
    return {
      telar: 1 as const,
      name,
      nodes,
      wires,
      notes: noteIds.map((id, i) => ({
        id,
        markdown: notes[i] ?? "",
        ...(next(2) ? { after: nodes[0]!.id } : {}),
      })),
      layout: Object.fromEntries(
        nodes.filter(() => next(2)).map((n) => [n.id, [next(900), next(900)] as [number, number]]),
      ),
      pinned: nodes.filter(() => next(4) === 0).map((n) => n.id),
    };
  });
