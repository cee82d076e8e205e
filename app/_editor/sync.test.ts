import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { emptyGraph } from "@/graph/document";
import { docToFile, fileToDoc, setName } from "@/graph/draft";
import { createSync } from "./sync";

const limits = { debounceMs: 0, retryMs: 1, longestRetryMs: 2 };

describe("createSync", () => {
  it("sends local edits merged, and nothing that came from the server", async () => {
    const doc = fileToDoc(emptyGraph("a"));
    const server = new Y.Doc();
    Y.applyUpdate(server, Y.encodeStateAsUpdate(doc));
    let pushes = 0;
    const sync = createSync(
      doc,
      async (update) => {
        pushes++;
        Y.applyUpdate(server, update);
      },
      limits,
    );
    const stop = sync.start();
    setName(doc, "b");
    setName(doc, "c");
    await sync.flush();
    expect(docToFile(server).name).toBe("c");
    expect(pushes).toBe(1);

    const other = new Y.Doc();
    Y.applyUpdate(other, Y.encodeStateAsUpdate(server));
    setName(other, "d");
    sync.receive(Y.encodeStateAsUpdate(other));
    await sync.flush();
    expect(docToFile(doc).name).toBe("d");
    expect(pushes).toBe(1);
    stop();
  });

  it("keeps edits while the server is away and delivers all of them later", async () => {
    const doc = fileToDoc(emptyGraph("a"));
    const server = new Y.Doc();
    Y.applyUpdate(server, Y.encodeStateAsUpdate(doc));
    let away = true;
    const sync = createSync(
      doc,
      async (update) => {
        if (away) throw new Error("away");
        Y.applyUpdate(server, update);
      },
      limits,
    );
    const stop = sync.start();
    setName(doc, "b");
    await expect(sync.flush()).rejects.toThrow("away");
    expect(sync.store.getState().phase).toBe("offline");
    setName(doc, "c");
    away = false;
    await sync.flush();
    expect(docToFile(server).name).toBe("c");
    expect(sync.store.getState().phase).toBe("saved");
    stop();
  });

  it("sends nothing more once an edit is refused, so that nothing is built on it", async () => {
    const doc = fileToDoc(emptyGraph("a"));
    let pushes = 0;
    const refusal = Object.assign(new Error("misshapen"), { data: { httpStatus: 400 } });
    const sync = createSync(
      doc,
      async () => {
        pushes++;
        throw refusal;
      },
      limits,
    );
    const stop = sync.start();
    setName(doc, "b");
    await expect(sync.flush()).rejects.toBe(refusal);
    expect(sync.store.getState()).toMatchObject({ phase: "refused", problem: refusal });
    setName(doc, "c");
    await expect(sync.flush()).rejects.toBe(refusal);
    expect(pushes).toBe(1);
    stop();
  });
});
