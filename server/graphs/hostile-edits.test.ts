/** An edit that is not one of a graph is refused and nothing of it kept; other tabs go on as if it had not been sent. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as Y from "yjs";
import { emptyGraph, type GraphFile } from "@/graph/document";
import { addNode, readDraft, setName } from "@/graph/draft";
import { type TestDatabase, testDatabase } from "../database/testing";
import type { Refusal } from "../errors";
import { ensureOwner } from "../teams/ensure-owner";
import { createGraph } from "./create-graph";
import { loadDraft, loadDraftFile } from "./load-draft";
import { openDraft } from "./open-draft";
import { pushUpdate } from "./push-update";
import { updatesAfter } from "./watch-updates";

let db: TestDatabase;
let teamId: string;
beforeAll(async () => {
  db = await testDatabase();
  ({ teamId = "" } = await ensureOwner(db.prisma));
});
afterAll(() => db.close());

const FILE: GraphFile = {
  ...emptyGraph("Support"),
  nodes: [{ id: "data", kind: "dataset-file", version: 1, params: { path: "support.jsonl" } }],
};
const newGraph = () => createGraph(db.prisma, { teamId, name: "Support", file: FILE });
const push = (graphId: string, update: Uint8Array) => pushUpdate(db.prisma, { teamId, graphId, update });
const refusalOf = (pushed: Promise<unknown>) =>
  pushed.then(
    () => "kept",
    ({ reason, values }: Refusal) => ({ reason, ...values }),
  );

/** What an edit on a copy of the draft is as bytes. */
async function editOf(graphId: string, change: (doc: Y.Doc) => void): Promise<Uint8Array> {
  const { doc } = await loadDraft(db.prisma, graphId);
  const before = Y.encodeStateVector(doc);
  doc.transact(() => change(doc));
  return Y.encodeStateAsUpdate(doc, before);
}
const node = (doc: Y.Doc, id = "data") => doc.getMap<Y.Map<unknown>>("nodes").get(id)!;
const params = (doc: Y.Doc) => node(doc).get("params") as Y.Map<unknown>;
const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
};

describe("refused", () => {
  const misshapen = (part: string, id: string) => ({ reason: "graph-update-misshapen", part, id });
  const unreadable = { reason: "graph-update-unreadable" };
  const edits: [string, (doc: Y.Doc) => unknown, object][] = [
    [
      "a plain node",
      (doc) => doc.getMap("nodes").set("x", { kind: "pii", version: 1, params: {} }),
      misshapen("node", "x"),
    ],
    [
      "a node without its kind",
      (doc) => doc.getMap("nodes").set("x", new Y.Map([["version", 1]])),
      misshapen("node", "x"),
    ],
    [
      "a node as text",
      (doc) => doc.getMap("nodes").set("data", new Y.Text("data")),
      misshapen("node", "data"),
    ],
    ["parameters as a list", (doc) => node(doc).set("params", new Y.Array()), misshapen("node", "data")],
    ["a version that is no number", (doc) => node(doc).set("version", "1"), misshapen("node", "data")],
    [
      "an id that no wire could name",
      (doc) => addNode(doc, { id: "a.b c", kind: "pii", version: 1 }, [0, 0]),
      misshapen("node", "a.b c"),
    ],
    [
      "a field that nodes do not have",
      (doc) => node(doc).set("colour", "red"),
      misshapen("node", "data.colour"),
    ],
    ["a name of 3 MB", (doc) => setName(doc, "n".repeat(3_000_000)), misshapen("name", "")],
    ["a name that is a number", (doc) => doc.getMap("meta").set("name", 7), misshapen("name", "")],
    ["NaN as a parameter", (doc) => params(doc).set("rows", Number.NaN), misshapen("param", "data.rows")],
    [
      "binary as a parameter",
      (doc) => params(doc).set("path", new Uint8Array(4)),
      misshapen("param", "data.path"),
    ],
    ["NUL in a parameter", (doc) => params(doc).set("path", "a\0b"), misshapen("param", "data.path")],
    [
      "a parameter 200 lists deep",
      (doc) => params(doc).set("path", deep(200)),
      misshapen("param", "data.path"),
    ],
    [
      "parameters of 3 MB",
      (doc) => params(doc).set("path", "p".repeat(3_000_000)),
      misshapen("param", "data.path"),
    ],
    [
      "a place without numbers",
      (doc) => doc.getMap("layout").set("data", [Number.NaN, Number.POSITIVE_INFINITY]),
      misshapen("place", "data"),
    ],
    [
      "a wire from nowhere",
      (doc) => doc.getMap("wires").set("data.x", { from: 7 }),
      misshapen("wire", "data.x"),
    ],
    [
      "a frame without members",
      (doc) => doc.getMap("frames").set("f", { title: "f" }),
      misshapen("frame", "f"),
    ],
    [
      "a note with a node's id",
      (doc) => doc.getMap("notes").set("data", new Y.Map([["markdown", "x"]])),
      misshapen("note", "data"),
    ],
    [
      "an app of another shape",
      (doc) => doc.getMap("app").set("outputs", ["data"]),
      misshapen("app", "outputs"),
    ],
    [
      "30,000 nodes",
      (doc) => {
        for (let i = 0; i < 30_000; i++) addNodeAt(doc, `n${i}`);
      },
      { reason: "graph-too-many", field: "nodes", count: 30_001, limit: 20_000 },
    ],
    ["a part that drafts do not have", (doc) => doc.getArray("chat").push(["x"]), unreadable],
    ["a document inside the document", (doc) => params(doc).set("path", new Y.Doc()), unreadable],
  ];
  test.each(edits)("%s", async (_what, change, answer) => {
    const { id } = await newGraph();
    const refused = await refusalOf(push(id, await editOf(id, (doc) => void change(doc))));
    expect(refused).toMatchObject(answer);
    expect((await loadDraftFile(db.prisma, id)).file).toEqual(FILE);
    expect(await updatesAfter(db.prisma, id, 0)).toBeUndefined();
    await push(id, await editOf(id, (doc) => setName(doc, "Next")));
    expect((await loadDraftFile(db.prisma, id)).file.name).toBe("Next");
  });

  test("bytes that are no edit, or half of one", async () => {
    const { id } = await newGraph();
    const good = await editOf(id, (doc) => setName(doc, "Good"));
    for (const bytes of [[], [255], [1, 2, 3], [...good.slice(0, good.length / 2)], Array(5000).fill(7)])
      expect(await refusalOf(push(id, new Uint8Array(bytes))), String(bytes)).toMatchObject(unreadable);
    expect((await loadDraftFile(db.prisma, id)).file).toEqual(FILE);
  });

  test("an edit that builds on one that was not sent, and one of another document", async () => {
    const { id } = await newGraph();
    const { doc } = await loadDraft(db.prisma, id);
    setName(doc, "First");
    const between = Y.encodeStateVector(doc);
    setName(doc, "Second");
    const incomplete = { reason: "graph-update-incomplete" };
    expect(await refusalOf(push(id, Y.encodeStateAsUpdate(doc, between)))).toEqual(incomplete);
    const other = await newGraph();
    const foreign = await editOf(other.id, (doc) => params(doc).set("path", "x.jsonl"));
    expect(await refusalOf(push(id, foreign))).toEqual(incomplete);
    expect((await loadDraftFile(db.prisma, id)).file).toEqual(FILE);
  });

  test("an edit under the number of somebody else's", async () => {
    const { id } = await newGraph();
    const { doc: victim } = await loadDraft(db.prisma, id);
    const before = Y.encodeStateVector(victim);
    const { doc: thief } = await loadDraft(db.prisma, id);
    thief.clientID = victim.clientID;
    const start = Y.encodeStateVector(thief);
    setName(thief, "Thief");
    await push(id, Y.encodeStateAsUpdate(thief, start));
    setName(victim, "Victim");
    const edit = Y.encodeStateAsUpdate(victim, before);
    expect(await refusalOf(push(id, edit))).toEqual({ reason: "graph-update-incomplete" });
  });

  test("nothing of an edit that comes twice: it is the same one", async () => {
    const { id } = await newGraph();
    const edit = await editOf(id, (doc) => setName(doc, "Twice"));
    await push(id, edit);
    await push(id, edit);
    expect((await loadDraftFile(db.prisma, id)).file.name).toBe("Twice");
  });
});

function addNodeAt(doc: Y.Doc, id: string): void {
  const map = new Y.Map<unknown>([
    ["kind", "pii"],
    ["version", 1],
  ]);
  map.set("params", new Y.Map());
  doc.getMap("nodes").set(id, map);
}

test("an edit that removes all is an edit", async () => {
  const { id } = await newGraph();
  await push(
    id,
    await editOf(id, (doc) => {
      for (const root of ["nodes", "wires", "layout", "meta"])
        for (const key of [...doc.getMap(root).keys()]) doc.getMap(root).delete(key);
    }),
  );
  expect((await loadDraftFile(db.prisma, id)).file).toEqual(emptyGraph(""));
  expect((await openDraft(db.prisma, teamId, id)).name).toBe("Support");
});

test("a draft that an earlier version let break opens with what can be saved, and can be edited and mended", async () => {
  const { id } = await newGraph();
  const broken = await editOf(id, (doc) => {
    doc.getMap("nodes").set("plain", { kind: "pii", version: 1, params: {} });
    doc.getMap("nodes").set("lost", "nothing");
    doc.getMap("meta").set("name", "n".repeat(3_000_000));
    doc.getArray("chat").push(["x"]);
  });
  await db.prisma.graphUpdate.create({ data: { graphId: id, seq: 1, update: Buffer.from(broken) } });
  await db.prisma.graph.update({ where: { id }, data: { updateSeq: 1 } });
  const { doc } = await loadDraft(db.prisma, id);
  const { file, flaws } = readDraft(doc);
  expect(file.nodes.map((one) => one.id)).toEqual(["data", "plain"]);
  expect(flaws.map(({ part, id, fate }) => `${part} ${id} ${fate}`).sort()).toEqual([
    "name  cut",
    "node lost lost",
    "node plain mended",
  ]);
  const before = Y.encodeStateVector(doc);
  addNode(doc, { kind: "split", version: 1 }, [0, 0]);
  await push(id, Y.encodeStateAsUpdate(doc, before));
  expect((await loadDraftFile(db.prisma, id)).file.nodes).toHaveLength(3);
});
