/** For tests that walk every procedure: what each is asked, and the asking as the browser does it. */
import { emptyGraph, formatGraph, type GraphFile } from "@/graph/document";
import type { TeamAction } from "@/server/access";
import { appRouter } from "@/server/router";
import { GET as answerTrpc } from "../api/trpc/[trpc]/route";

/** What only members may read: it stands in every name. */
export const MARK = "planted";
export const file: GraphFile = {
  ...emptyGraph(`${MARK} graph`),
  nodes: [
    { id: "data", kind: "dataset-file", version: 1, params: { path: "data/support.jsonl" } },
    { id: "chat", kind: "to-chat", version: 1, params: {} },
  ],
  wires: [{ from: "data.data", to: "chat.data" }],
  app: { inputs: ["data.rows"], outputs: ["chat.data"] },
};

export type Planted = { graphId: string; runId: string; digest: string; slug: string };

type Procedure = { _def: { type: "query" | "mutation" | "subscription"; meta?: { action?: TeamAction } } };
export const procedures = () =>
  (appRouter as unknown as { _def: { procedures: Record<string, Procedure> } })._def.procedures;
export type Answer = { status: number; reason: string | undefined; body: string };

/** As every browser sends it. */
export const HOST = { host: "127.0.0.1" };

/** A procedure over HTTP, as the browser calls it. A stream's first message is its answer. */
export async function call(
  path: string,
  input: unknown,
  headers: Record<string, string> = {},
  meta?: unknown,
): Promise<Answer> {
  const { type } = procedures()[path]!._def;
  const text = JSON.stringify({ json: input, ...(meta === undefined ? {} : { meta }) });
  const url = new URL(`http://127.0.0.1/api/trpc/${path}`);
  if (type !== "mutation") url.searchParams.set("input", text);
  const stop = new AbortController();
  const request = new Request(url, {
    method: type === "mutation" ? "POST" : "GET",
    headers: { ...HOST, ...(type === "mutation" && { "content-type": "application/json" }), ...headers },
    ...(type === "mutation" && { body: text }),
    signal: stop.signal,
  });
  const response = await answerTrpc(request);
  if (type !== "subscription") return answerOf(response.status, await response.text());
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let body = "";
  // It begins with a greeting that says nothing.
  const news = () => body.replace(/^event: connected\ndata: [^\n]*\n\n/, "");
  for (const deadline = Date.now() + 3_000; Date.now() < deadline && !/^data: .*\n\n/m.test(news()); ) {
    const next = await Promise.race([reader.read(), new Promise<undefined>((done) => setTimeout(done, 400))]);
    if (!next || next.done) break;
    body += next.value;
  }
  stop.abort();
  await reader.cancel().catch(() => {});
  const status = Number(/"httpStatus":(\d+)/.exec(body)?.[1] ?? response.status);
  return answerOf(status, body);
}
const answerOf = (status: number, body: string): Answer => ({
  status,
  reason: /"reason":"([\w-]+)"/.exec(body)?.[1],
  body,
});

/** What each procedure is asked, about things of ours. A procedure that is not here fails the walk. */
export const INPUTS: Record<string, (about: Planted) => unknown> = {
  me: () => undefined,
  "graphs.list": () => undefined,
  "graphs.get": ({ graphId }) => ({ id: graphId }),
  "graphs.create": () => ({ from: "file", text: formatGraph({ ...file, name: "made on the walk" }) }),
  "graphs.rename": ({ graphId }) => ({ id: graphId, name: "renamed on the walk" }),
  "graphs.remove": ({ graphId }) => ({ id: graphId }),
  "graphs.push": ({ graphId }) => ({ id: graphId, update: "AAA=" }),
  "graphs.updates": ({ graphId }) => ({ id: graphId, since: -0 }),
  "graphs.plan": ({ graphId }) => ({ id: graphId }),
  "graphs.probe": () => ({ kind: "dataset-file", params: { path: "data/support.jsonl" } }),
  "graphs.results": ({ graphId }) => ({ id: graphId }),
  "graphs.versions": ({ graphId }) => ({ id: graphId }),
  "graphs.version": ({ graphId }) => ({ id: graphId, number: 1 }),
  "graphs.saveVersion": ({ graphId }) => ({ id: graphId, name: "saved on the walk" }),
  "graphs.file": ({ graphId }) => ({ id: graphId }),
  "runs.list": () => ({}),
  "runs.active": () => undefined,
  "runs.changes": () => ({}),
  "runs.get": ({ runId }) => ({ id: runId }),
  "runs.start": ({ graphId }) => ({ graphId }),
  "runs.startApp": ({ graphId }) => ({ graphId, overrides: { "data.rows": 3 } }),
  "runs.cancel": ({ runId }) => ({ id: runId }),
  "runs.retry": ({ runId }) => ({ id: runId }),
  "runs.follow": ({ runId }) => ({ id: runId }),
  "runs.logs": ({ runId }) => ({ id: runId, node: "data" }),
  "runs.metrics": ({ runId }) => ({ id: runId, node: "data" }),
  "runs.nodeHistory": ({ graphId }) => ({ graphId, node: "data" }),
  "runs.ofNode": ({ graphId }) => ({ graphId, node: "data" }),
  "runs.lineage": ({ runId }) => ({ id: runId, node: "chat" }),
  "runs.facts": ({ runId }) => ({ id: runId }),
  "runs.samples": ({ runId }) => ({ id: runId, node: "data" }),
  "queue.list": () => undefined,
  "queue.move": ({ runId }) => ({ id: runId, before: null }),
  "queue.setPriority": ({ runId }) => ({ id: runId, priority: "HIGH" }),
  "queue.pause": () => ({ paused: false }),
  "artifacts.preview": ({ digest }) => ({ digest }),
  "artifacts.histogram": ({ digest }) => ({ digest, file: "scores.parquet", column: "x" }),
  "artifacts.select": ({ digest }) => ({ digest, file: "scores.parquet", bounds: [] }),
  "artifacts.ledgerRules": ({ digest }) => ({ digest }),
  "artifacts.manifest": ({ digest }) => ({ digest }),
  "storage.usage": () => undefined,
  "storage.collectable": () => undefined,
  "storage.collect": () => undefined,
  "deployments.list": () => undefined,
  "deployments.watch": () => ({}),
  "deployments.start": ({ slug }) => ({ slug }),
  "deployments.versions": ({ slug }) => ({ slug }),
  "deployments.serve": ({ slug }) => ({ slug, version: 1 }),
  "deployments.wrongAnswers": ({ slug }) => ({ slug }),
  "deployments.markWrong": ({ slug }) => ({
    slug,
    messages: [
      { role: "user", content: "2 + 2?" },
      { role: "assistant", content: "5" },
    ],
  }),
  "deployments.stop": ({ slug }) => ({ slug }),
  "workers.list": () => undefined,
  "examples.list": () => undefined,
};
