import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { anyGraph } from "../_testing";
import { canonicalGraph, emptyGraph, formatGraph } from "../document";
import { parseGraph } from "../read-graph";
import { setParam, setTitle } from "./commands";
import { fileToDoc } from "./document";
import { readDraft, replaceAll } from "./index";

/** As it comes over the wire: what is shared or has another prototype here is plain bytes there. */
const sent = (doc: Y.Doc) => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};

const word = fc.oneof(
  fc.constantFrom("a", "b", "n1", "__proto__", "constructor", "toString", "a.data", "b.data[x]", "c d", ""),
  fc.string({ unit: "binary", maxLength: 6 }),
);
/** Anything that Yjs can carry inside a value. */
const carried: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    word,
    fc.double(),
    fc.integer(),
    fc.constantFrom(
      null,
      true,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -0,
      "\ud800",
      "a\0b",
      "sha256:0",
      "muted",
    ),
    fc.uint8Array({ maxLength: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      word.filter((key) => key !== "__proto__" && key !== "constructor"),
      tie("value"),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
})).value;
const type = fc.constantFrom(
  () => new Y.Map(),
  () => new Y.Array(),
  () => new Y.Text("x"),
  () => new Y.XmlElement("p"),
  () => new Y.Doc(),
);
const ROOTS = ["meta", "nodes", "wires", "notes", "frames", "app", "layout", "pinned"] as const;
const FIELDS = [
  "name",
  "kind",
  "version",
  "params",
  "title",
  "state",
  "frozen",
  "markdown",
  "after",
  "nodes",
  "inputs",
];

/** One thing done to a document by somebody who keeps to none of its shapes. */
const deed = fc.oneof(
  fc.record({
    root: fc.constantFrom(...ROOTS),
    key: fc.oneof(word, fc.constantFrom(...FIELDS)),
    value: carried,
  }),
  fc.record({ root: fc.constantFrom(...ROOTS), key: word, make: type }),
  fc.record({
    root: fc.constantFrom("nodes" as const, "notes" as const),
    pick: fc.nat(),
    field: fc.constantFrom(...FIELDS),
    value: carried,
  }),
  fc.record({
    root: fc.constantFrom("nodes" as const, "notes" as const),
    pick: fc.nat(),
    field: fc.constantFrom(...FIELDS),
    make: type,
  }),
  fc.record({ drop: fc.constantFrom(...ROOTS), pick: fc.nat() }),
  fc.record({ other: word }),
);
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never;

function doDeed(doc: Y.Doc, done: Deed): void {
  const nth = (map: Y.Map<unknown>, n: number) => [...map.keys()][n % Math.max(1, map.size)];
  if ("other" in done) return void doc.getArray(`x${done.other}`).push([1]);
  if ("drop" in done) {
    const map = doc.getMap<unknown>(done.drop);
    const key = nth(map, done.pick);
    if (key !== undefined) map.delete(key);
    return;
  }
  const map = doc.getMap<unknown>(done.root);
  const value = "make" in done ? done.make() : done.value;
  if ("key" in done) return void map.set(done.key, value);
  const inner = map.get(nth(map, done.pick) ?? "");
  if (inner instanceof Y.Map) inner.set(done.field, value);
}

describe("the projection of a draft", () => {
  it("never throws, and is a graph file that reads back as itself, whatever was done to the document", () => {
    fc.assert(
      fc.property(anyGraph, fc.array(deed, { maxLength: 12 }), (graph, deeds) => {
        const doc = fileToDoc(graph);
        for (const one of deeds) doDeed(doc, one);
        for (const held of [doc, sent(doc)]) {
          const { file } = readDraft(held);
          const { file: again, problems } = parseGraph(formatGraph(file));
          expect(problems).toEqual([]);
          expect(again).toEqual(file);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is the same at everyone who has the same edits, in whatever order they came", () => {
    fc.assert(
      fc.property(
        anyGraph,
        fc.array(deed, { maxLength: 8 }),
        fc.array(deed, { maxLength: 8 }),
        (graph, mine, yours) => {
          const [a, b] = [fileToDoc(graph), new Y.Doc()];
          Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
          for (const one of mine) doDeed(a, one);
          for (const one of yours) doDeed(b, one);
          const [fromA, fromB] = [Y.encodeStateAsUpdate(a), Y.encodeStateAsUpdate(b)];
          const [first, second] = [new Y.Doc(), new Y.Doc()];
          for (const update of [fromA, fromB]) Y.applyUpdate(first, update);
          for (const update of [fromB, fromA]) Y.applyUpdate(second, update);
          const flawsOf = (doc: Y.Doc) => readDraft(doc).flaws.map(({ part, id }) => `${part} ${id}`);
          expect(readDraft(second).file).toEqual(readDraft(first).file);
          expect(flawsOf(second).sort()).toEqual(flawsOf(first).sort());
        },
      ),
      { numRuns: 200 },
    );
  });

  it("finds nothing wrong with what the editor itself writes", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        expect(readDraft(sent(fileToDoc(graph)))).toEqual({ file: canonicalGraph(graph), flaws: [] });
      }),
    );
  });

  it("names what it leaves out, and keeps the rest of a node", () => {
    const doc = fileToDoc({
      ...emptyGraph("x"),
      nodes: [{ id: "a", kind: "clean", version: 1, params: { threshold: 0.5 } }],
    });
    const nodes = doc.getMap<unknown>("nodes");
    const a = nodes.get("a") as Y.Map<unknown>;
    (a.get("params") as Y.Map<unknown>).set("bad", Number.NaN);
    a.set("title", 7);
    nodes.set("plain", { kind: "clean", version: 1, params: { system: "s" } });
    nodes.set("half", new Y.Map([["kind", "clean"]]));
    doc.getMap("layout").set("a", [Number.NaN, 1]);
    doc.getMap("meta").set("name", "n".repeat(3_000_000));
    const { file, flaws } = readDraft(doc);
    expect(file.nodes).toEqual([
      { id: "a", kind: "clean", version: 1, params: { threshold: 0.5 } },
      { id: "plain", kind: "clean", version: 1, params: { system: "s" } },
    ]);
    expect(file.name).toHaveLength(1000);
    expect(flaws).toEqual(
      expect.arrayContaining([
        { part: "param", id: "a.bad", fate: "lost" },
        { part: "title", id: "a", fate: "lost" },
        { part: "node", id: "plain", fate: "mended" },
        { part: "node", id: "half", fate: "lost" },
        { part: "place", id: "a", fate: "lost" },
        { part: "name", id: "", fate: "cut" },
      ]),
    );
    replaceAll(doc, file);
    expect(readDraft(doc)).toEqual({ file, flaws: [] });
  });

  it("lets a node of another shape be edited as any other", () => {
    const doc = new Y.Doc();
    doc.getMap("nodes").set("a", { kind: "clean", version: 1, params: {} });
    setParam(doc, "a", "threshold", 0.25);
    setTitle(doc, "a", "Clean");
    expect(readDraft(doc)).toMatchObject({
      file: { nodes: [{ id: "a", title: "Clean", params: { threshold: 0.25 } }] },
      flaws: [],
    });
  });
});
