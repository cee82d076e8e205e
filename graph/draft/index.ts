/** The draft: the Yjs working copy of a graph and the commands on it. */
import type * as Y from "yjs";
import { readDraft } from "./read-draft";

export * from "./commands";
export { fileToDoc } from "./document";
export * from "./frames";
export { DRAFT_ROOTS } from "./parts";
export { type Flaw, type ReadDraft, readDraft } from "./read-draft";
export * from "./wires";

export const docToFile = (doc: Y.Doc) => readDraft(doc).file;
