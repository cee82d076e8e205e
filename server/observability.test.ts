/** What the system says of itself: figures, log lines and traces of runs that really happened. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMetrics } from "./gateway/metrics";
import { engineFigures } from "./overview/engine-figures";
import { reapAttempts } from "./runs/attempts/reap";
import type { RunEngine } from "./runs/commit/engine";
import { traceIdOf } from "./runs/show/trace-run";
import { closeTracing, processTracing } from "./tracing";
import { type Bench, graph, testBench } from "./worker/_testing/test-bench";

type Attribute = { key: string; value: { stringValue?: string; intValue?: number } };
type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  attributes: Attribute[];
};

const spans: Span[] = [];
/** A collector that takes OTLP as JSON over HTTP. */
const collector = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader("content-type", "application/json").end("{}");
  });
});
const lines: Record<string, unknown>[] = [];
const log = pino(
  { level: "debug" },
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  }),
);

let bench: Bench;
const ended: Promise<void>[] = [];

beforeAll(async () => {
  await new Promise<void>((done) => collector.listen(0, "127.0.0.1", done));
  const { port } = collector.address() as AddressInfo;
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
  const onEnded: RunEngine["onEnded"] = (runId) =>
    void ended.push(processTracing()!.then((tracing) => tracing.runEnded(bench.pool, runId)));
  bench = await testBench({ onEnded });
});
afterAll(async () => {
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  await closeTracing();
  collector.close();
  await bench.close();
});

const file = graph({ a: ["source"], b: ["step", { tag: "x" }] }, "a.data > b.data");
let ran = "";
let reused = "";
let failed = "";

test("a job leaves a line with its run and node, as does one that fails", async () => {
  const stopped = await bench.workerProcess({ leaseMs: 600_000 });
  const lost = await bench.start(graph({ s: ["slow"] }));
  await bench.until(lost, (run) => run.nodes[0]!.status === "RUNNING");
  const gone = once(stopped, "exit");
  stopped.kill("SIGKILL");
  await gone;
  await bench.pool.query(`UPDATE "Attempt" SET "leaseExpiresAt" = now() - interval '1 second'`);
  expect(await reapAttempts(bench.engine)).toBe(1);
  // No worker here has a GPU: the node stays in the queue.
  await bench.pool.query(`UPDATE "NodeRun" SET gpus = 1 WHERE "runId" = $1`, [lost]);

  await bench.worker({ log });
  ran = (await bench.run(file)).run;
  reused = (await bench.run(file)).run;
  failed = (await bench.run(graph({ a: ["source"], f: ["failing"] }, "a.data > f.data"))).run;
  const about = (run: string) => lines.filter((line) => line.run === run);
  expect(about(ran).filter(({ msg }) => msg === "A job is done.")).toMatchObject([
    { level: 30, run: ran, node: "a", kind: "source", attempt: 1 },
    { level: 30, run: ran, node: "b", kind: "step", attempt: 1 },
  ]);
  expect(about(failed).find(({ level }) => level === 40)).toMatchObject({ node: "f", code: "INVALID_INPUT" });
  expect(about(reused)).toEqual([]);
});

test("figures are counted from the rows: two gateways on one database show the same", async () => {
  const nothing = () => ({ models: 0, bytes: 0, waiting: 0 });
  const scrape = () => createMetrics(nothing, () => engineFigures(bench.pool)).registry.metrics();
  const [one, two] = await Promise.all([scrape(), scrape()]);
  expect(two).toBe(one);
  const value = (line: string) => {
    const found = one.split("\n").find((text) => text.startsWith(`${line} `));
    return found && Number(found.split(" ").at(-1));
  };
  expect(value('telar_queue_nodes{status="ready",device="gpu"}')).toBe(1);
  // The killed one was found dead by the next.
  expect(value('telar_workers{state="up"}')).toBe(1);
  expect(value('telar_claims_total{kind="source"}')).toBe(1);
  expect(value('telar_claims_total{kind="step"}')).toBe(1);
  expect(value('telar_claims_total{kind="slow"}')).toBe(1);
  // Of the run again and of the run that failed below it.
  expect(value('telar_cache_hits_total{kind="source"}')).toBe(2);
  expect(value('telar_cache_hits_total{kind="step"}')).toBe(1);
  expect(value('telar_node_runs_total{kind="failing",status="failed"}')).toBe(1);
  expect(value("telar_attempts_reaped_total")).toBe(1);
  expect(value('telar_attempts_failed_total{code="INVALID_INPUT",reason="stub-failed"}')).toBe(1);
  expect(value('telar_step_seconds_count{kind="step"}')).toBe(1);
  expect(
    value('telar_step_seconds_bucket{le="+Inf",kind="step"}') ??
      value('telar_step_seconds_bucket{kind="step",le="+Inf"}'),
  ).toBe(1);
  expect(value('telar_step_seconds_sum{kind="step"}')).toBeGreaterThan(0);
});

test("each run that ended is one trace: run, nodes, attempts", async () => {
  await Promise.all(ended);
  const traceOf = (run: string) => spans.filter(({ traceId }) => traceId === traceIdOf(run));
  const names = (run: string) =>
    traceOf(run)
      .map(({ name }) => name)
      .sort();
  expect(names(ran)).toEqual(["attempt 1", "attempt 1", "node a", "node b", "run test"]);
  expect(names(reused)).toEqual(["node a", "node b", "run test"]);
  const trace = traceOf(ran);
  const root = trace.find(({ name }) => name === "run test")!;
  expect(root.parentSpanId ?? "").toBe("");
  for (const node of trace.filter(({ name }) => name.startsWith("node"))) {
    expect(node.parentSpanId).toBe(root.spanId);
    const attempt = trace.find(({ parentSpanId }) => parentSpanId === node.spanId)!;
    expect(attempt.name).toBe("attempt 1");
    expect(BigInt(attempt.endTimeUnixNano) >= BigInt(attempt.startTimeUnixNano)).toBe(true);
    expect(BigInt(node.startTimeUnixNano) >= BigInt(root.startTimeUnixNano)).toBe(true);
  }
  const attributes = Object.fromEntries(root.attributes.map(({ key, value }) => [key, value.stringValue]));
  expect(attributes).toMatchObject({ "telar.run": ran, "telar.status": "SUCCEEDED" });
  // Status 2 is an error, in the run and in the node that failed.
  const wrong = traceOf(failed)
    .filter(({ status }) => status.code === 2)
    .map(({ name }) => name)
    .sort();
  expect(wrong).toEqual(["attempt 1", "node f", "run test"]);
});
