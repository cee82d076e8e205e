import { clearDocument, IndexeddbPersistence, storeState } from "y-indexeddb";
import type * as Y from "yjs";

export type LocalCopy = {
  /** Whether edits are safe in this browser, so that the tab may close before they were sent. */
  safe(): boolean;
  stop(): void;
  /** Stops, and keeps nothing: what the server refused must not come back with the next tab. */
  forget(): Promise<void>;
};

/**
 * Keeps the draft in this browser too. What an earlier tab could not send comes back as an edit of this one,
 * and so goes to the server with the next push; what the server knows already changes nothing.
 * Begins when the page has come to rest: what is there already came from the server.
 */
export function keepLocally(graphId: string, doc: Y.Doc): LocalCopy {
  const name = `telar-draft-${graphId}`;
  let copy: IndexeddbPersistence | undefined;
  const cancel = whenIdle(() => {
    copy = new IndexeddbPersistence(name, doc);
    // Each opening adds a whole copy; one is enough, or every opening would take longer than the last.
    copy.once("synced", (kept: IndexeddbPersistence) => void storeState(kept));
  });
  return {
    safe: () => copy?.synced ?? false,
    stop() {
      cancel();
      void copy?.destroy();
    },
    async forget() {
      cancel();
      await (copy?.clearData() ?? clearDocument(name));
    },
  };
}

/** The longest an edit waits to be kept. */
const LATEST_MS = 2000;

function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(work, LATEST_MS / 10);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: LATEST_MS });
  return () => cancelIdleCallback(handle);
}
