import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as Y from "yjs";
import { formatGraph, type GraphFile } from "@/graph/document";
import {
  addNode,
  connect,
  copyPart,
  disconnect,
  docToFile,
  fileToDoc,
  freeId,
  insertOnWire,
  moveNodes,
  paste,
  removeNodes,
  replaceAll,
  setFrame,
  setName,
  setNote,
  setParam,
  setPinned,
  setState,
  setTitle,
} from "@/graph/draft";
import { catalogue } from "@/nodes/index";
import example from "../../examples/support-assistant.json";
import { createUndo } from "./undo";

/** What a person might do next: which command, and numbers that choose what it acts on. */
const step = fc.record({
  command: fc.nat(),
  a: fc.nat(),
  b: fc.nat(),
  value: fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 8 }), fc.constant(undefined)),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Enough to tangle, few enough to be quick. */
const MANY = 30;
const KINDS = Object.keys(catalogue);
const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
const some = <T>(list: readonly T[], n: number) => list.filter((_, i) => (n >> (i % 16)) & 1);

type Act = (doc: Y.Doc, file: GraphFile, step: Step) => void;
const kindOf = (n: number) => ({ kind: pick(KINDS, n)!, version: 1 });
const place = ({ a, b }: Step): [number, number] => [a % 900, b % 700];
const ids = (file: GraphFile) => file.nodes.map((n) => n.id);

const COMMANDS: Act[] = [
  (doc, file, s) => file.nodes.length < MANY && addNode(doc, kindOf(s.a), place(s)),
  (doc, file, s) => {
    const from = pick(ids(file), s.a);
    const to = pick(ids(file), s.b);
    if (from && to) connect(doc, `${from}.data`, `${to}.data`, s.value ? [[1, 2]] : undefined);
  },
  (doc, file, s) => file.wires.length && disconnect(doc, pick(file.wires, s.a)!.to),
  (doc, file, s) =>
    file.wires.length &&
    file.nodes.length < MANY &&
    insertOnWire(doc, pick(file.wires, s.a)!.to, kindOf(s.b), { input: "data", output: "data" }, place(s)),
  (doc, file, s) => file.nodes.length && setParam(doc, pick(ids(file), s.a)!, `p${s.b % 4}`, s.value),
  (doc, file, s) => file.nodes.length && setTitle(doc, pick(ids(file), s.a)!, String(s.value ?? "")),
  (doc, file, s) => {
    const state = pick(["active", "muted", "bypassed", "frozen"] as const, s.b)!;
    const chosen = some(ids(file), s.a);
    setState(doc, chosen, state, Object.fromEntries(chosen.map((id) => [id, { data: `sha256:${s.b}` }])));
  },
  (doc, file, s) => moveNodes(doc, Object.fromEntries(some(ids(file), s.a).map((id) => [id, place(s)]))),
  (doc, file, s) => setPinned(doc, some(ids(file), s.a), s.b % 2 === 0),
  (doc, _, s) => setName(doc, `Graph ${s.a % 50}`),
  (doc, file, s) => {
    const note = pick(file.notes ?? [], s.a);
    if (note && s.b % 2) setNote(doc, note.id, { markdown: String(s.value) });
    else setNote(doc, freeId(doc, "note"), { markdown: String(s.value), ...after(file, s) }, place(s));
  },
  (doc, file, s) => {
    const nodes = some(ids(file), s.b);
    const frame = pick(file.frames ?? [], s.a)?.id;
    setFrame(doc, frame && s.b % 2 ? frame : freeId(doc, "frame"), { title: `F${s.a % 9}`, nodes });
  },
  (doc, file, s) =>
    file.nodes.length < MANY &&
    paste(doc, copyPart(file, some(ids(file), s.a).slice(0, 4)), [24, 24], { keepIncoming: s.b % 2 === 0 }),
  (doc, file, s) =>
    removeNodes(doc, some(ids(file), s.a).slice(0, 3), s.b % 2 ? () => s.b % 3 > 0 : undefined),
  (doc, file, s) =>
    removeNodes(
      doc,
      [...(file.notes ?? []), ...(file.frames ?? [])].map((p) => p.id).slice(0, 1 + (s.a % 2)),
    ),
  (doc, file, s) => s.a % 8 === 0 && replaceAll(doc, { ...file, name: `Restored ${s.b % 9}` }),
];

const after = (file: GraphFile, s: Step) => {
  const id = pick(ids(file), s.b);
  return id === undefined ? {} : { after: id };
};

function edit(doc: Y.Doc, steps: readonly Step[]): void {
  for (const s of steps) pick(COMMANDS, s.command)!(doc, docToFile(doc), s);
}

const text = (doc: Y.Doc) => formatGraph(docToFile(doc));
const times = (n: number, act: () => unknown) => Array.from({ length: n }, act);

describe("a session of 500 commands", () => {
  it("undone completely gives back the very same file, and redone the same end", () => {
    const sessions = fc.array(step, { minLength: 500, maxLength: 500 });
    fc.assert(
      fc.property(sessions, (steps) => {
        const doc = fileToDoc(example as unknown as GraphFile);
        const undo = createUndo(doc);
        const before = text(doc);
        edit(doc, steps);
        const end = text(doc);
        expect(end).not.toBe(before);
        const done = undo.undoStack.length;
        expect(done).toBeGreaterThan(300);
        times(done, () => undo.undo());
        expect(text(doc)).toBe(before);
        expect([undo.canUndo(), undo.canRedo()]).toEqual([false, true]);
        times(done, () => undo.redo());
        expect(text(doc)).toBe(end);
        expect([undo.canUndo(), undo.canRedo()]).toEqual([true, false]);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
