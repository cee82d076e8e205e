import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GraphFile } from "@/graph/document";
import { catalogue } from "@/nodes/index";
import { probeGraph } from "./probe-graph";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "telar-probe-"));
});
afterAll(() => rm(dir, { recursive: true }));

const graph: GraphFile = {
  telar: 1,
  name: "Probed",
  nodes: [{ id: "source", kind: "dataset-file", version: 1, params: { path: "rows.jsonl" } }],
  wires: [],
  layout: {},
};
const probe = () =>
  probeGraph(graph, catalogue, {
    dataDirs: [dir],
    trustedPaths: [],
    modelsDir: dir,
    downloadsDir: dir,
    signal: AbortSignal.timeout(10_000),
  });

test("a file is read again when it has changed, and only then", async () => {
  const path = join(dir, "rows.jsonl");
  await writeFile(path, '{"a":1}\n{"a":2}\n');
  const first = (await probe()).probes.source;
  expect(first).toMatchObject({ rows: 2 });
  expect((await probe()).probes.source).toBe(first);
  await appendFile(path, '{"a":3}\n');
  expect((await probe()).probes.source).toMatchObject({ rows: 3 });
  await rm(path);
  const { probes, problems } = await probe();
  expect(probes).toEqual({});
  expect(problems).toMatchObject([{ code: "path-missing" }]);
});
