import { afterEach, beforeEach, expect, test } from "vitest";
import type { GraphFile } from "@/graph/document";
import { graphResults } from "@/server/overview/graph-results";
import { type Bench, graph, testBench } from "@/server/worker/_testing/test-bench";
import { forecastLaunch } from "../start/launch-run";

let bench: Bench;
beforeEach(async () => {
  bench = await testBench();
});
afterEach(() => bench.close());

const chain = (tag: string, text = "a") =>
  graph({ a: ["source", { text }], b: ["step", { tag }], c: ["step"] }, "a.data > b.data", "b.data > c.data");

async function plan(file: GraphFile, graphId: string, smoke = false) {
  const { engine, folders, teamId } = bench;
  const { forecast } = await forecastLaunch(engine, folders, { teamId, graph: { id: graphId }, file, smoke });
  return forecast!;
}

test("the plan foretells what a run does: cached with whole facts, or run with the exact difference", async () => {
  await bench.worker();
  const run = await bench.run(chain("x"));
  const same = await plan(chain("x"), run.graph.id);
  expect(same.nodes.map((n) => [n.id, n.action, n.run])).toEqual([
    ["a", "cached", 1],
    ["b", "cached", 1],
    ["c", "cached", 1],
  ]);
  expect(same.nodes[1]?.outputs).toEqual(run.nodes[1]?.outputs);

  const edited = await plan(chain("other"), run.graph.id);
  expect(edited.nodes.map((n) => n.action)).toEqual(["cached", "run", "depends"]);
  expect(edited.nodes[1]?.reasons).toEqual([
    { code: "param", param: "tag", before: '"x"', after: '"other"' },
  ]);
  expect(edited.nodes[2]?.reasons).toEqual([{ code: "upstream", nodes: ["b"] }]);

  const after = await bench.run(chain("other"));
  expect(after.nodes.map((n) => n.status)).toEqual(["CACHED", "SUCCEEDED", "SUCCEEDED"]);
});

test("a run with overrides is no reason: what the graph itself gave before is, while there is any", async () => {
  await bench.worker();
  const first = await bench.run(chain("x"));
  await bench.run(chain("x"), { overrides: { "b.tag": "the App's" } });
  const edited = await plan(chain("y"), first.graph.id);
  expect(edited.nodes[1]?.reasons).toEqual([{ code: "param", param: "tag", before: '"x"', after: '"y"' }]);

  const fresh = await bench.run(
    { ...chain("x"), name: "Only ever run from the App" },
    {
      overrides: { "b.tag": "the App's" },
    },
  );
  const own = await plan(chain("x"), fresh.graph.id);
  expect(own.nodes[1]?.action).toBe("cached");
  const other = await plan(chain("z"), fresh.graph.id);
  expect(other.nodes[1]?.reasons).toEqual([
    { code: "param", param: "tag", before: '"the App\'s"', after: '"z"' },
  ]);
});

test("estimates are corrected by what earlier runs took here, and say by how many", async () => {
  await bench.worker();
  const before = await plan(chain("x"), "none yet");
  expect(before.nodes.map(({ estimate, estimatedFrom }) => [estimate.seconds, estimatedFrom])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
  const { graph: history } = await bench.run(chain("x"));
  await bench.pool.query(
    `UPDATE "Attempt" a SET "startedAt" = a."finishedAt" - interval '4 seconds', "peakBytes" = 3000000
     FROM "NodeRun" n WHERE n.id = a."nodeRunId" AND n.kind = 'step'`,
  );
  const after = await plan(chain("y"), history.id);
  expect(after.nodes[1]).toMatchObject({ estimate: { seconds: 4, memoryBytes: 3e6 }, estimatedFrom: 2 });
  expect(after.nodes[0]!.action).toBe("cached");
  // b and c will run.
  expect(after.total.seconds).toBe(8);
  const smoked = await plan(chain("y"), history.id, true);
  expect(smoked.nodes[1]!.estimatedFrom).toBe(0);
});

test("nodes may be called as any object's own parts are", async () => {
  await bench.worker();
  const named = graph(
    { constructor: ["source"], toString: ["step"], valueOf: ["step"] } as unknown as Parameters<
      typeof graph
    >[0],
    "constructor.data > toString.data",
    "toString.data > valueOf.data",
  );
  const first = await bench.run(named);
  expect(first.status).toBe("SUCCEEDED");
  const again = await plan(named, first.graph.id);
  expect(again.nodes.map(({ action }) => action)).toEqual(["cached", "cached", "cached"]);
});

test("the plan says which nodes run in Python", async () => {
  const { nodes } = await plan(graph({ a: ["source"], b: ["py-echo"] }), "none yet");
  expect(nodes.map(({ id, runtime }) => [id, runtime])).toEqual([
    ["a", { in: "node" }],
    ["b", { in: "python", module: "telar_jobs.echo" }],
  ]);
});

test("a smoke run is no reason for a whole run, and leaves its results alone", async () => {
  await bench.worker();
  const file = (megabytes: number) => graph({ a: ["filler", { megabytes }] });
  const smoke = await bench.run(file(3), { smoke: true });
  const first = await plan(file(3), smoke.graph.id);
  expect(first.nodes[0]).toMatchObject({ action: "run", reasons: [{ code: "only-smoke", run: 1 }] });

  const whole = await bench.run(file(3));
  expect(whole.graph.id).toBe(smoke.graph.id);
  await bench.run(file(3), { smoke: true });
  const again = await plan(file(3), whole.graph.id);
  expect(again.nodes[0]).toMatchObject({ action: "cached", run: 2 });
  const edited = await plan(file(2), whole.graph.id);
  expect(edited.nodes[0]!.reasons).toEqual([{ code: "param", param: "megabytes", before: "3", after: "2" }]);

  const { a } = await graphResults(bench.pool, whole.graph.id);
  expect(a!.last).toMatchObject({ run: { number: 2 }, params: { megabytes: 3 } });
  expect(a!.smoke).toMatchObject({ run: { number: 3 }, madeBy: { number: 1 }, params: { megabytes: 1 } });
});

test("a broken node leaves the plan of the others as it is", async () => {
  await bench.worker();
  const chain = (tag: unknown) =>
    graph(
      { a: ["source"], b: ["step", { tag }], c: ["step"], d: ["step", { tag: "beside" }] },
      "a.data > b.data",
      "b.data > c.data",
      "a.data > d.data",
    );
  const run = await bench.run(chain("x"));
  const { nodes } = await plan(chain(7), run.graph.id);
  expect(nodes.map(({ id, action }) => [id, action])).toEqual([
    ["a", "cached"],
    ["d", "cached"],
  ]);
});

test("a result of another graph's run is said to be of that graph", async () => {
  await bench.worker();
  const mine = { ...chain("x"), name: "Mine" };
  const other = { ...chain("x"), name: "Other" };
  const first = await bench.run(mine);
  const second = await bench.run(other);
  expect(second.graph.id).not.toBe(first.graph.id);
  expect(second.nodes.map(({ reasons }) => reasons)).toEqual(
    second.nodes.map(() => [{ code: "cached", run: 1, graph: "Mine" }]),
  );
  const { nodes } = await plan(other, second.graph.id);
  expect(nodes.map(({ run, runOf }) => [run, runOf])).toEqual(nodes.map(() => [1, "Mine"]));
  const own = await plan(mine, first.graph.id);
  expect(own.nodes.map(({ run, runOf }) => [run, runOf])).toEqual(own.nodes.map(() => [1, undefined]));
});
