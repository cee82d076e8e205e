import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStore, openArtifact } from "@/server/artifacts";
import { type Moto, startMoto } from "@/server/artifacts/_testing/moto";
import type { ArtifactPlace } from "@/server/env";
import { graph, statuses, testBench } from "./_testing/test-bench";

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
  Object.assign(process.env, moto.variables);
  await moto.makeBucket("telar");
}, 600_000);
afterAll(() => moto.stop());

const pipeline = graph(
  {
    a: ["source", { text: "rows" }],
    b: ["step", { tag: "!" }],
    t: ["train"],
    s: ["slow", { ms: 20, steps: 2 }],
  },
  "a.data > b.data",
  "b.data > t.data",
  "t.data > s.data",
);

test("a run on a bucket: inputs, outputs, stages and checkpoints, shared by two homes", async () => {
  const bench = await testBench({}, { bucket: "telar", prefix: "runs" });
  const other: ArtifactPlace = {
    kind: "s3",
    bucket: "telar",
    prefix: "runs",
    cacheDir: join(bench.home, "other-home"),
    cacheBytes: 1e9,
  };
  const first = await bench.worker();
  const run = await bench.run(pipeline);
  expect(statuses(run)).toEqual({ a: "SUCCEEDED", b: "SUCCEEDED", t: "SUCCEEDED", s: "SUCCEEDED" });
  expect(statuses(await bench.run(pipeline))).toEqual({ a: "CACHED", b: "CACHED", t: "CACHED", s: "CACHED" });
  // The worker of the first home is gone: another with a home of its own goes on from the same bucket.
  await first.stop();
  await bench.worker({ artifacts: other });
  const more = graph(
    { a: ["source", { text: "rows" }], b: ["step", { tag: "!" }], c: ["step", { tag: "?" }] },
    "a.data > b.data",
    "b.data > c.data",
  );
  const next = await bench.run(more);
  expect(statuses(next)).toEqual({ a: "CACHED", b: "CACHED", c: "SUCCEEDED" });
  const { digest } = next.nodes.find(({ id }) => id === "c")!.outputs.data!;
  const { dir } = await openArtifact(createStore({ artifacts: other }), digest);
  expect(await readFile(join(dir, "data.txt"), "utf8")).toBe("rows!?");
  await bench.close();
});

test("a bucket that does not answer is tried again, and the run ends well when it is back", async () => {
  const bench = await testBench({}, { bucket: "telar", prefix: "away" });
  await bench.worker();
  await bench.run(graph({ a: ["source", { text: "warm" }] }));
  await moto.close();
  const runId = await bench.start(graph({ a: ["source", { text: "cold" }] }));
  const away = await bench.until(runId, (run) => run.nodes[0]!.failure !== undefined);
  expect(away.nodes[0]!.failure).toMatchObject({ code: "UNAVAILABLE", reason: "store-unreachable" });
  expect(away.finishedAt).toBeNull();
  await moto.open();
  expect(statuses(await bench.finished(runId))).toEqual({ a: "SUCCEEDED" });
  expect(await bench.ran()).toEqual(["source warm", "source cold", "source cold"]);
  await bench.close();
});
