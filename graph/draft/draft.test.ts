import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { anyGraph } from "../_testing";
import { canonicalGraph, emptyGraph, formatGraph } from "../document";
import {
  addNode,
  connect,
  copyPart,
  docToFile,
  EDIT,
  fileToDoc,
  insertOnWire,
  moveNodes,
  paste,
  removeNodes,
  replaceAll,
  setFrame,
  setNote,
  setParam,
  setPinned,
  setState,
  setTitle,
  undoScope,
} from "./index";

const sync = (a: Y.Doc, b: Y.Doc) => {
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a));
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b));
};
const chain = () => {
  const doc = fileToDoc(emptyGraph("chain"));
  for (const id of ["a", "b", "c"]) addNode(doc, { id, kind: "clean", version: 1 }, [0, 0]);
  connect(doc, "a.data", "b.data");
  connect(doc, "b.data", "c.data");
  return doc;
};

describe("the draft", () => {
  it("gives back the very file it was made of", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        expect(docToFile(fileToDoc(graph))).toEqual(canonicalGraph(graph));
      }),
    );
  });

  it("becomes another file and leaves alone what is equal already", () => {
    fc.assert(
      fc.property(anyGraph, anyGraph, (before, after) => {
        const doc = fileToDoc(before);
        replaceAll(doc, after);
        expect(docToFile(doc)).toEqual(canonicalGraph(after));
        let again = 0;
        doc.on("update", () => again++);
        replaceAll(doc, after);
        expect(again).toBe(0);
      }),
    );
  });

  it("keeps what someone else edits meanwhile in parts that a restored version has too", () => {
    const mine = chain();
    const version = docToFile(mine);
    setTitle(mine, "a", "First");
    const yours = new Y.Doc();
    sync(mine, yours);
    replaceAll(mine, version);
    setParam(yours, "b", "threshold", 0.9);
    sync(mine, yours);
    const [a, b] = docToFile(mine).nodes;
    expect(a).not.toHaveProperty("title");
    expect(b?.params).toEqual({ threshold: 0.9 });
    expect(docToFile(yours)).toEqual(docToFile(mine));
  });

  it("merges what two people edit apart", () => {
    const mine = chain();
    const yours = new Y.Doc();
    sync(mine, yours);
    setParam(mine, "a", "threshold", 0.1);
    setParam(yours, "a", "system", "x");
    moveNodes(yours, { b: [10.4, 20] });
    sync(mine, yours);
    expect(formatGraph(docToFile(mine))).toBe(formatGraph(docToFile(yours)));
    expect(docToFile(mine).nodes[0]?.params).toEqual({ threshold: 0.1, system: "x" });
    expect(docToFile(mine).layout?.b).toEqual([10, 20]);
  });

  it("keeps one wire an input and drops wires of a node that someone else removed", () => {
    const mine = chain();
    const yours = new Y.Doc();
    sync(mine, yours);
    removeNodes(mine, ["a"]);
    connect(yours, "a.ledger", "c.data");
    sync(mine, yours);
    expect(docToFile(mine).wires).toEqual(docToFile(yours).wires);
    expect(docToFile(mine).wires.filter((w) => w.to === "c.data").length).toBeLessThanOrEqual(1);
    expect(docToFile(mine).wires.some((w) => w.from.startsWith("a."))).toBe(false);
  });

  it("heals the chain around a removed node", () => {
    const doc = chain();
    removeNodes(doc, ["b"], () => true);
    expect(docToFile(doc).wires).toEqual([{ from: "a.data", to: "c.data" }]);
  });

  it("frames and pins nodes; a frame forgets a node that is removed", () => {
    const doc = chain();
    setFrame(doc, "f", { title: "Clean", nodes: ["a", "b"] });
    setPinned(doc, ["a", "c"], true);
    setPinned(doc, ["c"], false);
    removeNodes(doc, ["b"]);
    expect(docToFile(doc)).toMatchObject({
      frames: [{ id: "f", title: "Clean", nodes: ["a"] }],
      pinned: ["a"],
    });
  });

  it("inserts a node on a wire", () => {
    const doc = chain();
    const id = insertOnWire(
      doc,
      "c.data",
      { kind: "clean", version: 1 },
      { input: "data", output: "data" },
      [0, 0],
    );
    expect(docToFile(doc).wires.map((w) => `${w.from} ${w.to}`)).toEqual([
      "a.data b.data",
      "b.data clean.data",
      `${id}.data c.data`,
    ]);
  });

  it("pastes under new ids, with or without the wires that came in", () => {
    const doc = chain();
    const part = copyPart(docToFile(doc), ["b", "c"]);
    const ids = paste(doc, part, [5, 5], { keepIncoming: true });
    expect(ids).toEqual({ b: "b-2", c: "c-2" });
    const wires = docToFile(doc).wires.map((w) => `${w.from} ${w.to}`);
    expect(wires).toContain("a.data b-2.data");
    expect(wires).toContain("b-2.data c-2.data");
    paste(doc, part, [9, 9]);
    expect(docToFile(doc).wires.some((w) => w.to === "b-3.data")).toBe(false);
  });

  it("undoes any series of commands to the same bytes and redoes it to the same end", () => {
    const command = fc.oneof(
      fc.record({ do: fc.constant("add" as const), n: fc.nat(5) }),
      fc.record({ do: fc.constant("remove" as const), n: fc.nat(9) }),
      fc.record({ do: fc.constant("param" as const), n: fc.nat(9) }),
      fc.record({ do: fc.constant("title" as const), n: fc.nat(9) }),
      fc.record({ do: fc.constant("connect" as const), n: fc.nat(9) }),
      fc.record({ do: fc.constant("state" as const), n: fc.nat(9) }),
      fc.record({ do: fc.constant("note" as const), n: fc.nat(3) }),
      fc.record({ do: fc.constant("move" as const), n: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const doc = chain();
        const start = formatGraph(docToFile(doc));
        const undo = new Y.UndoManager(undoScope(doc), {
          trackedOrigins: new Set([EDIT]),
          captureTimeout: 0,
        });
        for (const c of commands) {
          const ids = docToFile(doc).nodes.map((n) => n.id);
          const id = ids[c.n % Math.max(1, ids.length)] ?? "none";
          if (c.do === "add") addNode(doc, { kind: "clean", version: 1 }, [c.n, c.n]);
          if (c.do === "remove") removeNodes(doc, [id], c.n % 2 ? () => true : undefined);
          if (c.do === "param") setParam(doc, id, "threshold", c.n % 3 ? c.n / 10 : undefined);
          if (c.do === "title") setTitle(doc, id, c.n % 2 ? `t${c.n}` : "");
          if (c.do === "connect" && ids.length > 1) connect(doc, `${ids[0]}.data`, `${ids.at(-1)}.data`);
          if (c.do === "state") setState(doc, [id], c.n % 2 ? "muted" : "active");
          if (c.do === "note") setNote(doc, `note${c.n}`, { markdown: `m${c.n}` }, [0, c.n]);
          if (c.do === "move") moveNodes(doc, { [id]: [c.n, 2 * c.n] });
        }
        const end = formatGraph(docToFile(doc));
        while (undo.canUndo()) undo.undo();
        expect(formatGraph(docToFile(doc))).toBe(start);
        while (undo.canRedo()) undo.redo();
        expect(formatGraph(docToFile(doc))).toBe(end);
      }),
      { numRuns: 50 },
    );
  });
});
