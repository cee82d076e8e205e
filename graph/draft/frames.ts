/** Commands on frames: each one step of undo. */
import type * as Y from "yjs";
import type { GraphFrame } from "../document";
import { EDIT, freeId } from "./commands";
import { draftParts, readableFrames } from "./parts";

/** A node stands in one frame: taking it into a new one takes it out of the old. Returns the new id. */
export function addFrame(doc: Y.Doc, frame: Omit<GraphFrame, "id">, at?: [number, number]): string {
  return doc.transact(() => {
    const { frames, layout } = draftParts(doc);
    for (const [id, other] of readableFrames({ frames })) {
      const left = other.nodes.filter((n) => !frame.nodes.includes(n));
      if (left.length === other.nodes.length) continue;
      if (left.length) frames.set(id, { ...other, nodes: left });
      else frames.delete(id);
    }
    const id = freeId(doc, "frame");
    frames.set(id, frame);
    if (at) layout.set(id, at);
    return id;
  }, EDIT);
}

/** The nodes stay where they are. */
export function dissolveFrame(doc: Y.Doc, id: string): void {
  doc.transact(() => {
    const { frames, layout } = draftParts(doc);
    frames.delete(id);
    layout.delete(id);
  }, EDIT);
}

export function changeFrame(
  doc: Y.Doc,
  id: string,
  change: Partial<Omit<GraphFrame, "id">>,
  at?: [number, number],
): void {
  doc.transact(() => {
    const { frames, layout } = draftParts(doc);
    const frame = frames.get(id);
    if (!frame) return;
    frames.set(id, { ...frame, ...change });
    if (at) layout.set(id, at);
  }, EDIT);
}
