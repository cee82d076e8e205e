import { IndexeddbPersistence } from "y-indexeddb";
import type * as Y from "yjs";

export type LocalCopy = {
  /** Whether edits are safe in this browser, so that the tab may close before they were sent. */
  safe(): boolean;
  stop(): void;
};

/**
 * Keeps the draft in this browser too. What an earlier tab could not send comes back as an edit of this one,
 * and so goes to the server with the next push; what the server knows already changes nothing.
 */
export function keepLocally(graphId: string, doc: Y.Doc): LocalCopy {
  const copy = new IndexeddbPersistence(`telar-draft-${graphId}`, doc);
  return { safe: () => copy.synced, stop: () => void copy.destroy() };
}
