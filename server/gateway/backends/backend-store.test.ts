import { expect, test } from "vitest";
import { Failure } from "@/graph/problems";
import type { Backend } from "./backend";
import { type BackendStoreOptions, createBackendStore, type StartOptions } from "./backend-store";

/** Memory is counted, not used: what is tested is who is started, kept, started again and let go. */
function storeOf({
  room,
  idleMs = 60_000,
  sweepMs = 60_000,
  ...hooks
}: { room: number; idleMs?: number; sweepMs?: number } & Pick<BackendStoreOptions, "report" | "crashed">) {
  const events: string[] = [];
  const started: StartOptions[] = [];
  const store = createBackendStore({
    open: async ({ digest }) => {
      if (digest === "missing") throw new Failure("UNAVAILABLE", "artifact-missing", { digest });
      return {
        bytes: 100,
        start: async (options) => {
          events.push(`load ${digest}`);
          started.push(options);
          return {
            memoryBytes: 100,
            load: { busy: 0, waiting: 0 },
            close: async () => void events.push(`drop ${digest}`),
          } as Partial<Backend> as Backend;
        },
      };
    },
    memoryBytes: room,
    idleMs,
    sweepMs,
    ...hooks,
  });
  const use = (id: string, digest = id) => store.use({ id, digest, name: id });
  return { models: { ...store, use }, events, started };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a model is loaded once, however many ask at the same time", async () => {
  const { models, events } = storeOf({ room: 1000 });
  const leases = await Promise.all([1, 2, 3].map(() => models.use("a", "a1")));
  for (const { release } of leases) release();
  expect(events).toEqual(["load a1"]);
  expect(models.state()).toEqual({ models: 1, bytes: 100, waiting: 0 });
});

test("when there is no room the one unused longest goes", async () => {
  const { models, events } = storeOf({ room: 250 });
  for (const id of ["a", "b", "a", "c"]) {
    (await models.use(id)).release();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(events).toEqual(["load a", "load b", "drop b", "load c"]);
});

test("a busy model is never dropped: the next waits for it", async () => {
  const { models, events } = storeOf({ room: 150 });
  const first = await models.use("a", "a");
  const second = models.use("b", "b");
  await settle();
  expect(events).toEqual(["load a"]);
  first.release();
  (await second).release();
  expect(events).toEqual(["load a", "drop a", "load b"]);
});

test("a new digest takes over at once; the old one goes with its last lease", async () => {
  const { models, events } = storeOf({ room: 1000 });
  const old = await models.use("a", "a1");
  const fresh = await models.use("a", "a2");
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
  (await models.use("a", "a")).release();
  await expect.poll(() => events).toContain("drop a");
  const lease = await models.use("b", "b");
  models.retire("b");
  await settle();
  expect(events).not.toContain("drop b");
  lease.release();
  await expect.poll(() => events).toContain("drop b");
});

test("a failed load is told to all who wait and tried again by the next", async () => {
  const { models } = storeOf({ room: 1000 });
  const asked = [models.use("a", "missing"), models.use("a", "missing")];
  for (const { status } of await Promise.allSettled(asked)) expect(status).toBe("rejected");
  expect(models.state()).toEqual({ models: 0, bytes: 0, waiting: 0 });
  (await models.use("a", "a2")).release();
});

test("one that ends by itself is told, counted and started again", async () => {
  const news: string[] = [];
  const ends: string[] = [];
  const { models, events, started } = storeOf({
    room: 1000,
    report: ({ id }, { state }) => void news.push(`${id} ${state}`),
    crashed: (_, { reason }) => void ends.push(reason),
  });
  (await models.use("a")).release();
  started[0]!.onGone(new Failure("INTERNAL", "model-process-ended", { how: "SIGSEGV" }));
  expect(ends).toEqual(["model-process-ended"]);
  expect(news.at(-1)).toBe("a STARTING");
  const asked = await Promise.all([1, 2, 3].map(() => models.use("a")));
  for (const { release } of asked) release();
  expect(events).toEqual(["load a", "load a"]);
  expect(news).toEqual(["a STARTING", "a READY", "a STARTING", "a READY"]);
  expect(models.state().models).toBe(1);
});

test("one that does not start is not tried again by every request, but when a person asks for it", async () => {
  const tries: string[] = [];
  const { models } = storeOf({ room: 1000, report: (_, { state }) => void tries.push(state) });
  for (let i = 0; i < 5; i++) await expect(models.use("a", "missing")).rejects.toThrow("artifact-missing");
  expect(tries).toEqual(["STARTING", "FAILED"]);
  models.forgive("a");
  await expect(models.use("a", "missing")).rejects.toThrow("artifact-missing");
  expect(tries).toEqual(["STARTING", "FAILED", "STARTING", "FAILED"]);
});

test("a retired one is not started again, and one that is retired while it starts is closed", async () => {
  const { models, events, started } = storeOf({ room: 1000 });
  const lease = await models.use("a");
  models.retire("a");
  started[0]!.onGone(new Failure("INTERNAL", "model-process-ended", { how: "SIGSEGV" }));
  lease.release();
  const starting = models.use("b");
  models.retire("b");
  await starting.then(
    ({ release }) => release(),
    () => {},
  );
  await expect.poll(() => models.state().models).toBe(0);
  expect(events.filter((event) => event === "load a")).toHaveLength(1);
  expect(events.slice(-2)).toEqual(["load b", "drop b"]);
});
