import { expect, test } from "vitest";
import type { TextModel } from "@/engines/llama/model";
import { createModelStore } from "./model-store";

/** Memory is counted, not used: what is tested is who is loaded, kept and let go. */
function storeOf({
  room,
  idleMs = 60_000,
  sweepMs = 60_000,
}: {
  room: number;
  idleMs?: number;
  sweepMs?: number;
}) {
  const events: string[] = [];
  const models = createModelStore({
    open: async (digest) => {
      if (digest === "missing") throw new Error("missing");
      return {
        path: digest,
        bytes: 100,
        config: { contextLength: 1, parallel: 1, temperature: 0, maxTokens: 1 },
      };
    },
    load: async (path) => {
      events.push(`load ${path}`);
      return {
        memoryBytes: 100,
        load: { busy: 0, waiting: 0 },
        dispose: async () => void events.push(`drop ${path}`),
      } as Partial<TextModel> as TextModel;
    },
    memoryBytes: room,
    cacheBytesPerToken: 0,
    idleMs,
    sweepMs,
  });
  return { models, events };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a model is loaded once, however many ask at the same time", async () => {
  const { models, events } = storeOf({ room: 1000 });
  const leases = await Promise.all([1, 2, 3].map(() => models.use({ id: "a", digest: "a1" })));
  for (const { release } of leases) release();
  expect(events).toEqual(["load a1"]);
  expect(models.state()).toEqual({ models: 1, bytes: 100, waiting: 0 });
});

test("when there is no room the one unused longest goes", async () => {
  const { models, events } = storeOf({ room: 250 });
  for (const id of ["a", "b", "a", "c"]) {
    (await models.use({ id, digest: id })).release();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(events).toEqual(["load a", "load b", "drop b", "load c"]);
});

test("a busy model is never dropped: the next waits for it", async () => {
  const { models, events } = storeOf({ room: 150 });
  const first = await models.use({ id: "a", digest: "a" });
  const second = models.use({ id: "b", digest: "b" });
  await settle();
  expect(events).toEqual(["load a"]);
  first.release();
  (await second).release();
  expect(events).toEqual(["load a", "drop a", "load b"]);
});

test("a new digest takes over at once; the old one goes with its last lease", async () => {
  const { models, events } = storeOf({ room: 1000 });
  const old = await models.use({ id: "a", digest: "a1" });
  const fresh = await models.use({ id: "a", digest: "a2" });
  expect(events).toEqual(["load a1", "load a2"]);
  old.release();
  old.release();
  await settle();
  expect(events).toEqual(["load a1", "load a2", "drop a1"]);
  fresh.release();
  expect(models.state().models).toBe(1);
});

test("what nobody asks for is unloaded, and a retired model too", async () => {
  const { models, events } = storeOf({ room: 1000, idleMs: 5, sweepMs: 5 });
  (await models.use({ id: "a", digest: "a" })).release();
  await expect.poll(() => events).toContain("drop a");
  const lease = await models.use({ id: "b", digest: "b" });
  models.retire("b");
  await settle();
  expect(events).not.toContain("drop b");
  lease.release();
  await expect.poll(() => events).toContain("drop b");
});

test("a failed load is told to all who wait and tried again by the next", async () => {
  const { models } = storeOf({ room: 1000 });
  const asked = [models.use({ id: "a", digest: "missing" }), models.use({ id: "a", digest: "missing" })];
  for (const { status } of await Promise.allSettled(asked)) expect(status).toBe("rejected");
  expect(models.state()).toEqual({ models: 0, bytes: 0, waiting: 0 });
  (await models.use({ id: "a", digest: "a2" })).release();
});
