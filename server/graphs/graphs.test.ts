import { afterAll, beforeAll, expect, test } from "vitest";
import * as Y from "yjs";
import { emptyGraph, type GraphFile } from "@/graph/document";
import { addNode, docToFile, setName } from "@/graph/draft";
import { type TestDatabase, testDatabase } from "../database/testing";
import { GRAPHS } from "../limits";
import { createListener, type Listener } from "../runs/watch/listener";
import { ensureOwner } from "../teams/ensure-owner";
import { createGraph } from "./create-graph";
import { listGraphs } from "./list-graphs";
import { loadDraft, loadDraftFile } from "./load-draft";
import { pushUpdate } from "./push-update";
import { removeGraph } from "./remove-graph";
import { renameGraph } from "./rename-graph";
import { saveVersion } from "./save-version";
import { getVersion, listVersions } from "./versions";
import { type GraphUpdates, updatesAfter, watchUpdates } from "./watch-updates";

let db: TestDatabase;
let listener: Listener;
let teamId: string;
let userId: string;
beforeAll(async () => {
  db = await testDatabase();
  listener = createListener(db.url);
  ({ teamId = "", userId } = await ensureOwner(db.prisma));
});
afterAll(async () => {
  await listener.close();
  await db.close();
});

const FILE: GraphFile = {
  ...emptyGraph("Support"),
  nodes: [{ id: "data", kind: "dataset-file", version: 1, params: { path: "support.jsonl" } }],
  layout: { data: [40, 80] },
};
const newGraph = () => createGraph(db.prisma, { teamId, name: "Support", file: FILE });

/** A browser tab: its own copy of the draft, and a way to send what it changed, one edit after the other. */
async function tab(graphId: string) {
  const { doc, seq } = await loadDraft(db.prisma, graphId);
  let sent: Promise<unknown> = Promise.resolve();
  doc.on("update", (update, origin) => {
    if (origin === "remote") return;
    sent = sent.then(() => pushUpdate(db.prisma, { teamId, graphId, update, clientId: "tab" }));
  });
  return { doc, seq, settle: () => sent };
}

test("a graph made from a file has a draft that projects to that file under its new name", async () => {
  const { id } = await createGraph(db.prisma, { teamId, name: "Mine", file: FILE });
  expect((await loadDraftFile(db.prisma, id)).file).toEqual({ ...FILE, name: "Mine" });
});

test("a file that was run from the command line opens as its newest version, for all who open it", async () => {
  const { id } = await db.prisma.graph.create({
    data: { teamId, name: FILE.name, path: "/graphs/support.json" },
  });
  const version = { graphId: id, document: JSON.parse(JSON.stringify(FILE)) };
  await db.prisma.graphVersion.create({
    data: { ...version, number: 1, digest: "1", document: emptyGraph("Old") },
  });
  await db.prisma.graphVersion.create({ data: { ...version, number: 2, digest: "2" } });
  const [a, b] = await Promise.all([tab(id), tab(id)]);
  expect(docToFile(a.doc)).toEqual(FILE);
  expect(Y.encodeStateAsUpdate(b.doc)).toEqual(Y.encodeStateAsUpdate(a.doc));
  addNode(a.doc, { kind: "split", version: 1 }, [0, 0]);
  await a.settle();
  expect((await loadDraftFile(db.prisma, id)).file.nodes.map(({ kind }) => kind)).toEqual([
    "dataset-file",
    "split",
  ]);
});

test("edits of two tabs at once are both kept, in a dense order", async () => {
  const { id } = await newGraph();
  const [a, b] = await Promise.all([tab(id), tab(id)]);
  for (let i = 0; i < 5; i++) {
    addNode(a.doc, { kind: "split", version: 1 }, [i, 0]);
    addNode(b.doc, { kind: "pii", version: 1 }, [i, 9]);
  }
  await Promise.all([a.settle(), b.settle()]);
  const rows = await db.prisma.graphUpdate.findMany({ where: { graphId: id }, orderBy: { seq: "asc" } });
  expect(rows.map((row) => row.seq)).toEqual(rows.map((_, i) => i + 1));
  const { doc } = await loadDraft(db.prisma, id);
  for (const part of [a.doc, b.doc]) Y.applyUpdate(doc, Y.encodeStateAsUpdate(part));
  expect(docToFile(doc)).toEqual((await loadDraftFile(db.prisma, id)).file);
});

test("a watcher gets what came before it, while it began and after, and nothing twice", async () => {
  const { id } = await newGraph();
  const writer = await tab(id);
  const reader = new Y.Doc();
  Y.applyUpdate(reader, Y.encodeStateAsUpdate(writer.doc));
  const stop = new AbortController();
  const seen: GraphUpdates[] = [];
  setName(writer.doc, "before");
  await writer.settle();
  const watching = (async () => {
    for await (const news of watchUpdates(
      { prisma: db.prisma, listener },
      { graphId: id, since: writer.seq, signal: stop.signal },
    )) {
      seen.push(news);
      Y.applyUpdate(reader, news.update);
      if (docToFile(reader).name === "after 9") stop.abort();
    }
  })();
  for (let i = 0; i < 10; i++) {
    setName(writer.doc, `after ${i}`);
    await writer.settle();
  }
  await watching;
  const seqs = seen.map((news) => news.seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  expect(seqs.at(-1)).toBe(11);
});

test("a watcher who was away while updates were merged into the state gets the whole state", async () => {
  const { id } = await newGraph();
  const writer = await tab(id);
  for (let i = 0; i <= GRAPHS.compactAfter; i++) {
    setName(writer.doc, `name ${i}`);
    await writer.settle();
  }
  expect(await db.prisma.graphUpdate.count({ where: { graphId: id } })).toBeLessThan(GRAPHS.compactAfter);
  const news = await updatesAfter(db.prisma, id, 3);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, news!.update);
  expect(docToFile(doc)).toEqual(docToFile(writer.doc));
});

test("bytes that are no update, or too many of them, change nothing", async () => {
  const { id } = await newGraph();
  const push = (update: Uint8Array) => pushUpdate(db.prisma, { teamId, graphId: id, update });
  await expect(push(new Uint8Array([250, 1, 2, 3]))).rejects.toMatchObject({
    reason: "graph-update-unreadable",
  });
  await expect(push(new Uint8Array(GRAPHS.maxUpdateBytes + 1))).rejects.toMatchObject({
    reason: "graph-update-too-large",
  });
  expect((await loadDraft(db.prisma, id)).seq).toBe(0);
});

test("another team neither reads nor edits a graph", async () => {
  const { id } = await newGraph();
  const other = await db.prisma.team.create({ data: { slug: "other", name: "Other" } });
  const update = Y.encodeStateAsUpdate(new Y.Doc());
  await expect(pushUpdate(db.prisma, { teamId: other.id, graphId: id, update })).rejects.toMatchObject({
    reason: "graph-not-found",
  });
  expect(await listGraphs(db.prisma, other.id)).toEqual([]);
});

test("renaming is an edit of the draft and shows in the list", async () => {
  const { id } = await newGraph();
  await renameGraph(db.prisma, { teamId, graphId: id, name: "Renamed", userId });
  expect((await loadDraftFile(db.prisma, id)).file.name).toBe("Renamed");
  expect((await listGraphs(db.prisma, teamId)).find((graph) => graph.id === id)?.name).toBe("Renamed");
});

test("a removed graph is not found and not listed, its versions stay", async () => {
  const { id } = await newGraph();
  await saveVersion(db.prisma, { graphId: id, file: FILE });
  await removeGraph(db.prisma, teamId, id);
  await expect(removeGraph(db.prisma, teamId, id)).rejects.toMatchObject({ reason: "graph-not-found" });
  expect((await listGraphs(db.prisma, teamId)).some((graph) => graph.id === id)).toBe(false);
  expect(await listVersions(db.prisma, id)).toHaveLength(1);
});

test("saving an unchanged graph is the same version, a changed one the next", async () => {
  const { id } = await newGraph();
  const save = (file: GraphFile, name?: string) =>
    saveVersion(db.prisma, { graphId: id, file, name, userId });
  const saves = await Promise.all([save(FILE), save(FILE), save(FILE)]);
  expect(new Set(saves.map((version) => version.number))).toEqual(new Set([1]));
  expect((await save({ ...FILE, name: "Changed" }, "Good one")).number).toBe(2);
  expect(await listVersions(db.prisma, id)).toMatchObject([
    { number: 2, name: "Good one", by: "Owner" },
    { number: 1, name: null },
  ]);
  expect(await getVersion(db.prisma, id, 1)).toEqual(FILE);
  await expect(getVersion(db.prisma, id, 3)).rejects.toMatchObject({ reason: "graph-version-not-found" });
});
