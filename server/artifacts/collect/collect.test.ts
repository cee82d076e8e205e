import { mkdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as Y from "yjs";
import { failureSentence } from "@/messages/words";
import { claimNodes } from "@/server/runs/attempts/claim";
import { type Finished, finishNodes } from "@/server/runs/attempts/finish";
import { newId } from "@/server/runs/ids";
import { type Bench, graph, statuses, testBench } from "@/server/worker/_testing/test-bench";
import { openArtifact, putFolder } from "../index";
import { teamUsage } from "../quota";
import { collect } from "./collect";
import { decideKept } from "./decide-kept";
import { verifyStore } from "./verify-store";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

/** Nothing is young. */
const old = { recentMs: -60_000, graceMs: -60_000 };
const gc = (more = {}) => collect(bench, { remove: true, ...old, ...more });

async function put(text: string, facts: Record<string, unknown> = { shape: "table" }, type = "dataset") {
  const dir = join(bench.store.scratch, `in-${newId()}`);
  mkdirSync(dir);
  await writeFile(join(dir, "data.txt"), text);
  return putFolder(bench.store, dir, { type, facts } as never);
}
/** What a worker does without its process: claims the node of the run when it is due, and what a job would have put. */
async function claim(runId: string, text: string): Promise<Finished> {
  const machine = { threads: 4, memoryBytes: 8e9, vram: [] };
  for (;;) {
    const { claimed } = await claimNodes(bench.engine, {
      workerId: "w",
      free: machine,
      total: machine,
      max: 4,
    });
    const mine = claimed.find((one) => one.runId === runId);
    if (mine) return { ...mine, outputs: { data: await put(text) } };
    if ((await bench.show(runId)).nodes[0]!.status !== "READY") throw new Error("nothing to claim");
    await sleep(20);
  }
}
const source = (text: string, name = "test") => ({ ...graph({ a: ["source", { text }] }), name });
/** `asked`: what the parameters say, for equal bytes that are made twice. */
async function make(text: string, name = "test", asked = text) {
  const runId = await bench.start(source(asked, name));
  const finished = await claim(runId, text);
  await finishNodes(bench.engine, runId, [finished]);
  return { runId, ...finished.outputs.data! };
}
const stateOf = async (digest: string) =>
  (await bench.prisma.artifact.findFirstOrThrow({ where: { digest } })).state;
const whole = async () => (await verifyStore(bench.pool, bench.store)).damaged;

test("only what nothing uses goes; a dry run says the same and changes nothing", async () => {
  const first = await make("first");
  const second = await make("second");
  const orphan = await put("an upload that nobody recorded");
  const stage = await put("stage", {}, "stage");
  const half = await put("resume point", {}, "checkpoint");
  await bench.prisma.stage.create({
    data: { teamId: bench.teamId, key: "k", name: "s", digest: stage.digest },
  });
  await bench.prisma.checkpoint.create({ data: { key: "unfinished", step: 1, digest: half.digest } });

  // As people have it: all of it is young.
  const young = await collect(bench, { remove: true });
  expect(young).toMatchObject({ artifacts: [], blobs: 0, kept: { recent: { artifacts: 2 } } });
  const dry = await gc({ remove: false });
  expect(dry.artifacts).toMatchObject([{ digest: first.digest, type: "dataset", sizeBytes: 5 }]);
  expect(dry.kept.shown).toEqual({ artifacts: 1, bytes: 6 });
  // Each with its manifest.
  expect(dry.blobs).toBe(4);
  expect(await whole()).toEqual([]);
  await openArtifact(bench.store, orphan.digest);

  const done = await gc();
  expect([done.artifacts, done.blobs, done.bytes]).toEqual([dry.artifacts, dry.blobs, dry.bytes]);
  expect(await stateOf(first.digest)).toBe("COLLECTED");
  for (const gone of [first, orphan])
    await expect(openArtifact(bench.store, gone.digest)).rejects.toMatchObject({
      reason: "artifact-missing",
    });
  for (const { digest } of [second, stage, half]) await openArtifact(bench.store, digest);
  expect(await whole()).toEqual([]);
  expect(await gc()).toMatchObject({ artifacts: [], blobs: 0 });

  // The history still says what was made; the result is not taken from the cache, and making it brings it back.
  expect((await bench.show(first.runId)).nodes[0]!.outputs.data).toMatchObject({ digest: first.digest });
  const again = await make("first");
  expect(again.digest).toBe(first.digest);
  expect((await bench.show(again.runId)).nodes[0]!.status).toBe("SUCCEEDED");
  expect(await stateOf(first.digest)).toBe("KEPT");
});

test("what is served, frozen, named, shared or running is kept, and a served endpoint keeps its model", async () => {
  const made = new Map<string, Awaited<ReturnType<typeof make>>>();
  for (const name of ["served", "drafted", "versioned", "named", "shared", "none"]) {
    made.set(name, await make(name, name));
    await make(`newer ${name}`, name);
  }
  const of = (name: string) => made.get(name)!;
  const row = async (digest: string) => bench.prisma.artifact.findFirstOrThrow({ where: { digest } });
  const endpoint = await make("endpoint", "endpoint");
  await make("newer endpoint", "endpoint");
  await bench.prisma.artifact.update({
    where: { id: (await row(endpoint.digest)).id },
    data: { facts: { slug: "s", modelDigest: of("served").digest } },
  });
  await bench.prisma.deployment.create({
    data: { teamId: bench.teamId, slug: "s", artifactId: (await row(endpoint.digest)).id },
  });
  const doc = new Y.Doc();
  const node = new Y.Map<unknown>();
  doc.getMap("nodes").set("f", node);
  for (const [key, value] of Object.entries({
    kind: "source",
    version: 1,
    params: new Y.Map(),
    state: "frozen",
    frozen: { data: of("drafted").digest },
  }))
    node.set(key, value);
  await bench.prisma.graph.create({
    data: { teamId: bench.teamId, name: "draft", state: new Uint8Array(Y.encodeStateAsUpdate(doc)) },
  });
  const frozen = { state: "frozen" as const, frozen: { data: of("versioned").digest } };
  await bench.start({ ...graph({ a: ["source", {}, frozen] }), name: "freezes" });
  const versionOf = async (name: string) =>
    (
      await bench.prisma.run.findUniqueOrThrow({
        where: { id: of(name).runId },
        include: { graphVersion: true },
      })
    ).graphVersion;
  await bench.prisma.graphVersion.update({
    where: { id: (await versionOf("named")).id },
    data: { name: "1.0" },
  });
  const { graphId, number } = await versionOf("shared");
  await bench.prisma.share.create({ data: { graphId, versionNumber: number, tokenHash: "t" } });
  const running = await bench.start(source("running", "running"));
  const open = await claim(running, "not recorded yet");

  const done = await gc();
  expect(done.artifacts.map(({ digest }) => digest)).toEqual([of("none").digest]);
  expect(done.kept).toMatchObject({
    served: { artifacts: 2 },
    frozen: { artifacts: 2 },
    version: { artifacts: 2 },
    shown: { artifacts: 7 },
  });
  // Its upload was too old for this call, which takes nothing for young: the attempt is refused and tried again.
  await finishNodes(bench.engine, running, [open]);
  expect((await bench.show(running)).nodes[0]).toMatchObject({ status: "READY" });
  expect(await whole()).toEqual([]);
});

test("a checkpoint goes when its node has succeeded, and is offered until then", async () => {
  const runId = await bench.start(source("x"));
  const finished = await claim(runId, "x");
  const { cacheKey } = await bench.prisma.nodeRun.findFirstOrThrow({ where: { runId } });
  const { digest } = await put("step 1", {}, "checkpoint");
  await bench.prisma.checkpoint.create({ data: { key: cacheKey!, step: 1, digest } });
  expect((await gc()).checkpoints).toBe(0);
  await openArtifact(bench.store, digest);
  await finishNodes(bench.engine, runId, [{ ...finished, outputs: { data: await put("x") } }]);
  expect((await gc({ remove: false })).checkpoints).toBe(1);
  expect((await gc()).checkpoints).toBe(1);
  await expect(openArtifact(bench.store, digest)).rejects.toMatchObject({ reason: "artifact-missing" });
});

test("bytes put again while they are being collected are not lost", async () => {
  const first = await make("same");
  await make("newer");
  // A run that makes them again ends between the marking and the removing.
  const late = await bench.start(source("other parameters, same bytes"));
  const before = await claim(late, "same");
  await gc({ between: () => finishNodes(bench.engine, late, [before]) });
  expect((await bench.show(late)).nodes[0]).toMatchObject({ status: "SUCCEEDED" });
  expect(await stateOf(first.digest)).toBe("KEPT");
  await openArtifact(bench.store, first.digest);
  expect(await whole()).toEqual([]);

  // Put before, recorded after the removing: refused, and right the second time.
  await make("newer still");
  const later = await bench.start(source("other"));
  const put = await claim(later, "other");
  await gc();
  await finishNodes(bench.engine, later, [put]);
  const [node] = (await bench.show(later)).nodes;
  expect(node).toMatchObject({
    status: "READY",
    failure: { reason: "outputs-collected", code: "UNAVAILABLE" },
  });
  await finishNodes(bench.engine, later, [await claim(later, "other")]);
  expect(statuses(await bench.show(later))).toEqual({ a: "SUCCEEDED" });
  expect(await whole()).toEqual([]);
});

test("runs that end while everything old is collected, again and again, lose nothing that is recorded", async () => {
  let stop = false;
  const collecting = (async () => {
    let removed = 0;
    while (!stop) removed += (await gc()).blobs;
    return removed;
  })();
  const ends: string[] = [];
  for (let i = 0; i < 24; i++) {
    const runId = await bench.start(source(`text ${i % 4}`, `g${i % 3}`));
    // Claimed and put before, recorded after: now and then what was put is gone, and the node is tried again.
    while ((await bench.show(runId)).nodes[0]!.status === "READY") {
      const done = await claim(runId, `text ${i % 4}`).catch(() => undefined);
      if (done) await finishNodes(bench.engine, runId, [done]);
    }
    const [node] = (await bench.show(runId)).nodes;
    ends.push(node!.failure?.reason ?? node!.status);
  }
  stop = true;
  const removed = await collecting;
  expect(await whole()).toEqual([]);
  expect(ends.filter((end) => !["SUCCEEDED", "CACHED", "outputs-collected"].includes(end))).toEqual([]);
  expect(ends).toContain("SUCCEEDED");
  expect(removed).toBeGreaterThan(0);
});

test("nothing is removed from a store that another installation uses too", async () => {
  await make("first");
  await make("second");
  await bench.store.own("somebody-else");
  await expect(gc()).rejects.toMatchObject({ reason: "store-shared" });
  await rm(join(bench.home, "artifacts/owners"), { recursive: true });
  expect((await gc()).artifacts).toHaveLength(1);
});

test("verification names what is damaged and who made it; the next run makes it again", async () => {
  const kept = await make("kept", "other");
  const { digest, manifest, runId } = await make("bytes");
  const { sha256 } = manifest.files[0]!;
  const path = (await bench.store.local(sha256))!;
  await rm(path);
  expect(await whole()).toMatchObject([
    { digest, missing: ["data.txt"], damaged: [], madeBy: { graph: "test", run: 1, runId, node: "a" } },
  ]);
  await writeFile(path, "wrong");
  expect(await whole()).toMatchObject([{ digest, missing: [], damaged: ["data.txt"] }]);
  expect([await stateOf(digest), await stateOf(kept.digest)]).toEqual(["DAMAGED", "KEPT"]);
  const again = await make("bytes");
  expect((await bench.show(again.runId)).nodes[0]).toMatchObject({ status: "SUCCEEDED" });
  expect(await whole()).toEqual([]);
  expect(await stateOf(digest)).toBe("KEPT");
  // Missing bytes are noticed when the result would be taken from the cache, before any verification.
  await rm((await bench.store.local(sha256))!);
  const third = await bench.start(source("bytes"));
  expect((await bench.show(third)).nodes[0]).toMatchObject({ status: "READY" });
  expect(await stateOf(digest)).toBe("DAMAGED");
});

test("a node over its team's limit fails with a sentence, and nothing of it is recorded", async () => {
  await make("12345");
  await bench.prisma.team.update({ where: { id: bench.teamId }, data: { quotaBytes: 12n } });
  expect(await teamUsage(bench.pool, bench.teamId)).toEqual({ bytes: 5, artifacts: 1, quotaBytes: 12 });
  // The same bytes again cost nothing; seven more fit, and one more does not.
  await make("12345", "test", "asked otherwise");
  await make("1234567");
  const { runId, digest } = await make("1");
  const [node] = (await bench.show(runId)).nodes;
  expect(node).toMatchObject({
    status: "FAILED",
    failure: { code: "INVALID_INPUT", reason: "quota-exceeded" },
  });
  expect(node!.failure!.message).toBe(
    failureSentence("quota-exceeded", { used: "12 B", limit: "12 B", needed: "1 B" }),
  );
  expect(await bench.prisma.artifact.count({ where: { digest } })).toBe(0);
  expect(await bench.prisma.nodeRunOutput.count({ where: { nodeRun: { runId } } })).toBe(0);
  // What is collected counts no more.
  await gc();
  expect((await teamUsage(bench.pool, bench.teamId)).bytes).toBeLessThan(12);
});

test("facts lead on to what they name, and the first reason is said", () => {
  const d = (letter: string) => `sha256:${letter.repeat(64)}`;
  const a = { id: "1", teamId: "t", digest: d("a"), facts: { modelDigest: d("b") } };
  const b = { id: "2", teamId: "t", digest: d("b"), facts: {} };
  const other = { id: "3", teamId: "u", digest: d("b"), facts: {} };
  const roots = [
    { reason: "recent" as const, artifactId: "2" },
    { reason: "served" as const, artifactId: "1" },
  ];
  expect([...decideKept([a, b, other], roots)]).toEqual([
    ["1", "served"],
    ["2", "served"],
  ]);
});
