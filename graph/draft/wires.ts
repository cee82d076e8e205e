/** Commands on wires: each one step of undo. */
import type * as Y from "yjs";
import { EDIT } from "./commands";
import { draftParts } from "./parts";

/** The points a wire is led through; none lets it find its own way. */
export function setVia(doc: Y.Doc, to: string, via: readonly [number, number][]): void {
  doc.transact(() => {
    const { wires } = draftParts(doc);
    const wire = wires.get(to);
    if (wire) wires.set(to, { from: wire.from, ...(via.length ? { via: [...via] } : {}) });
  }, EDIT);
}

/** Puts a node that is there already between the two ends of the wire into `to`. */
export function spliceNode(doc: Y.Doc, to: string, ports: { input: string; output: string }): void {
  doc.transact(() => {
    const { wires } = draftParts(doc);
    const from = wires.get(to)?.from;
    if (from === undefined) return;
    wires.set(ports.input, { from });
    wires.set(to, { from: ports.output });
  }, EDIT);
}
