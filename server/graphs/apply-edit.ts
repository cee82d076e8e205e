import * as Y from "yjs";
import { DRAFT_ROOTS } from "@/graph/draft";
import { GRAPH_LIMITS } from "@/graph/limits";
import { Refusal } from "../errors";

/**
 * Adds a stranger's bytes to a document. Yjs throws on some that it cannot read, keeps waiting for parts that it was not
 * given, keeps whatever roots it meets, and takes an edit whose number another one has already for that one: all are
 * refused. The document is of no use after a refusal.
 */
export function applyEdit(doc: Y.Doc, update: Uint8Array): void {
  const { pendingStructs, pendingDs } = doc.store;
  const roots = new Set(doc.share.keys());
  const subdocs = doc.subdocs.size;
  const again = readStructs(update).filter(({ id }) => id.clock < Y.getState(doc.store, id.client));
  if (again.some((struct) => !isSame(doc, struct))) throw new Refusal("CONFLICT", "graph-update-incomplete");
  try {
    Y.applyUpdate(doc, update);
  } catch {
    throw new Refusal("BAD_REQUEST", "graph-update-unreadable");
  }
  const { store } = doc;
  if ((store.pendingStructs && !pendingStructs) || (store.pendingDs && !pendingDs))
    throw new Refusal("CONFLICT", "graph-update-incomplete");
  const strange = [...doc.share.keys()].some((root) => !DRAFT_ROOTS.has(root) && !roots.has(root));
  if (strange || doc.subdocs.size > subdocs) throw new Refusal("BAD_REQUEST", "graph-update-unreadable");
  refuseMany(doc);
}

function refuseMany(doc: Y.Doc): void {
  for (const field of ["nodes", "wires", "notes", "frames"] as const) {
    const [count, limit] = [doc.getMap(field).size, GRAPH_LIMITS[field]];
    if (count > limit) throw new Refusal("PAYLOAD_TOO_LARGE", "graph-too-many", { field, count, limit });
  }
}

type Struct = ReturnType<typeof Y.decodeUpdate>["structs"][number];

function readStructs(update: Uint8Array): Struct[] {
  try {
    return Y.decodeUpdate(update).structs;
  } catch {
    throw new Refusal("BAD_REQUEST", "graph-update-unreadable");
  }
}

/** Whether what is held under its number is this very edit, sent again. What was removed since cannot be compared. */
function isSame({ store }: Y.Doc, struct: Struct): boolean {
  if (!(struct instanceof Y.Item)) return true;
  const held: Y.Item | Y.GC = Y.getItem(store, struct.id);
  if (!(held instanceof Y.Item) || held.deleted || held.id.clock !== struct.id.clock) return true;
  if (held.length !== struct.length) return true;
  return (
    held.content.constructor === struct.content.constructor &&
    JSON.stringify(held.content.getContent()) === JSON.stringify(struct.content.getContent())
  );
}
