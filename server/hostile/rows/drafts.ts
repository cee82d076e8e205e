import * as Y from "yjs";
import { emptyGraph, formatGraph } from "@/graph/document";
import { addNode, fileToDoc, readDraft, setName } from "@/graph/draft";
import type { HostileRow } from "../row";
import type { HostileSystem } from "../system";

type Answered = { status: number; json: Record<string, unknown> };

export async function call(
  system: HostileSystem,
  procedure: string,
  input: unknown,
  method: "POST" | "GET" = "POST",
): Promise<Answered> {
  const text = JSON.stringify({ json: input });
  const query = method === "GET" ? `?input=${encodeURIComponent(text)}` : "";
  const response = await system.web(`/api/trpc/${procedure}${query}`, {
    method,
    ...(method === "POST" && { body: text, headers: { "content-type": "application/json" } }),
  });
  const body = (await response.json()) as {
    result?: { data: { json: Record<string, unknown> } };
    error?: { json: { data: { reason: string; values: object } } };
  };
  const { reason, values } = body.error?.json.data ?? {};
  return { status: response.status, json: body.result?.data.json ?? { reason, values } };
}

async function draft(system: HostileSystem): Promise<{ id: string; doc: Y.Doc }> {
  const file = { ...emptyGraph("Draft"), nodes: [{ id: "a", kind: "dedupe", version: 1, params: {} }] };
  const made = await call(system, "graphs.create", { from: "file", text: formatGraph(file) });
  const id = String(made.json.id);
  return { id, doc: await opened(system, id) };
}

async function opened(system: HostileSystem, id: string): Promise<Y.Doc> {
  const { json } = await call(system, "graphs.get", { id }, "GET");
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(String(json.state), "base64"));
  return doc;
}

const push = (system: HostileSystem, id: string, update: Uint8Array) =>
  call(system, "graphs.push", { id, update: Buffer.from(update).toString("base64") });

/** The answer to an edit, and what somebody else then opens, after an edit of their own. */
async function after(system: HostileSystem, id: string, update: Uint8Array) {
  const { status, json } = await push(system, id, update);
  const other = await opened(system, id);
  const before = Y.encodeStateVector(other);
  addNode(other, { id: "b", kind: "split", version: 1 }, [0, 0]);
  const { status: goesOn } = await push(system, id, Y.encodeStateAsUpdate(other, before));
  const { file } = readDraft(await opened(system, id));
  return { status, ...json, goesOn, nodes: file.nodes.map((node) => node.id), name: file.name };
}

const edit = (change: (doc: Y.Doc) => unknown) => async (system: HostileSystem) => {
  const { id, doc } = await draft(system);
  const before = Y.encodeStateVector(doc);
  doc.transact(() => void change(doc));
  return after(system, id, Y.encodeStateAsUpdate(doc, before));
};

const node = (doc: Y.Doc) => doc.getMap<Y.Map<unknown>>("nodes").get("a")!;
const params = (doc: Y.Doc) => node(doc).get("params") as Y.Map<unknown>;

const goesOn = { goesOn: 200, nodes: ["a", "b"], name: "Draft" };
const misshapen = (part: string, id: string) => ({
  ...{ status: 400, reason: "graph-update-misshapen", values: { part, id } },
  ...goesOn,
});
const unreadable = { status: 400, reason: "graph-update-unreadable", values: {}, ...goesOn };
const incomplete = { status: 409, reason: "graph-update-incomplete", values: {}, ...goesOn };

const EDITS: [what: string, change: (doc: Y.Doc) => unknown, answer: object][] = [
  [
    "a node that is a plain object",
    (doc) => doc.getMap("nodes").set("x", { kind: "pii", version: 1, params: {} }),
    misshapen("node", "x"),
  ],
  ["a node that is a list", (doc) => doc.getMap("nodes").set("a", new Y.Array()), misshapen("node", "a")],
  [
    "a node without a version",
    (doc) => doc.getMap("nodes").set("x", new Y.Map([["kind", "pii"]])),
    misshapen("node", "x"),
  ],
  ["a name of 3 MB", (doc) => setName(doc, "x".repeat(3_000_000)), misshapen("name", "")],
  [
    "positions that are not numbers",
    (doc) => doc.getMap("layout").set("a", [Number.NaN, 0]),
    misshapen("place", "a"),
  ],
  [
    "infinity as a parameter",
    (doc) => params(doc).set("rows", Number.NEGATIVE_INFINITY),
    misshapen("param", "a.rows"),
  ],
  [
    "a frame inside itself, as a text",
    (doc) => doc.getMap("frames").set("f", { title: "f", nodes: "f" }),
    misshapen("frame", "f"),
  ],
  ["a title that is a map", (doc) => node(doc).set("title", new Y.Map()), misshapen("title", "a")],
  ["a root that drafts do not have", (doc) => doc.getText("chat").insert(0, "x"), unreadable],
  ["a document inside the document", (doc) => params(doc).set("x", new Y.Doc()), unreadable],
  [
    "100,000 nodes",
    (doc) => {
      for (let i = 0; i < 100_000; i++) doc.getMap("nodes").set(`n${i}`, 0);
    },
    {
      status: 413,
      reason: "graph-too-many",
      values: { field: "nodes", count: 100_001, limit: 20_000 },
      ...goesOn,
    },
  ],
];

export const rows: readonly HostileRow[] = [
  ...EDITS.map(([what, change, answer]) => ({ what, send: edit(change), answer })),
  {
    what: "a frame inside itself",
    send: edit((doc) => doc.getMap("frames").set("f", { title: "f", nodes: ["f", "a"] })),
    answer: { status: 200, seq: 1, ...goesOn },
  },
  {
    what: "bytes that are no edit",
    send: async (system) => after(system, (await draft(system)).id, new Uint8Array(1000).fill(200)),
    answer: unreadable,
  },
  {
    what: "the state vector of another document in place of an edit",
    send: async (system) =>
      after(system, (await draft(system)).id, Y.encodeStateVector(fileToDoc({ ...emptyGraph("other") }))),
    answer: unreadable,
  },
  {
    what: "an edit that builds on one that never came",
    send: async (system) => {
      const { id, doc } = await draft(system);
      setName(doc, "Never sent");
      const before = Y.encodeStateVector(doc);
      setName(doc, "Sent");
      return after(system, id, Y.encodeStateAsUpdate(doc, before));
    },
    answer: incomplete,
  },
  {
    what: "an edit that removes all",
    send: edit((doc) => {
      for (const root of ["nodes", "layout", "meta"]) doc.getMap(root).clear();
    }),
    answer: { status: 200, seq: 1, goesOn: 200, nodes: ["b"], name: "" },
  },
];
