import type * as Y from "yjs";
import { type GraphFrame, type GraphWire, PORT_REF } from "../document";

export type DraftNode = Y.Map<unknown>;

/** The maps that a draft is made of. A document that came from elsewhere may hold anything in them: `readDraft` looks. */
export const draftParts = (doc: Y.Doc) => ({
  meta: doc.getMap<string>("meta"),
  nodes: doc.getMap<DraftNode>("nodes"),
  wires: doc.getMap<Pick<GraphWire, "from" | "via">>("wires"),
  notes: doc.getMap<Y.Map<string>>("notes"),
  frames: doc.getMap<Omit<GraphFrame, "id">>("frames"),
  app: doc.getMap<string[]>("app"),
  layout: doc.getMap<[number, number]>("layout"),
  pinned: doc.getMap<true>("pinned"),
});

export const DRAFT_ROOTS: ReadonlySet<string> = new Set([
  "meta",
  "nodes",
  "wires",
  "notes",
  "frames",
  "app",
  "layout",
  "pinned",
] satisfies (keyof DraftParts)[]);

type DraftParts = ReturnType<typeof draftParts>;

/** The wires whose ends can be read. */
export const readableWires = ({ wires }: Pick<DraftParts, "wires">): { from: string; to: string }[] =>
  [...wires].flatMap(([to, wire]) => {
    const from: unknown = wire?.from;
    return typeof from === "string" && PORT_REF.test(from) && PORT_REF.test(to) ? [{ from, to }] : [];
  });

/** The frames that have members. */
export const readableFrames = ({ frames }: Pick<DraftParts, "frames">) =>
  [...frames].filter(([, frame]) => Array.isArray(frame?.nodes));
