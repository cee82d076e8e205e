import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyGraph } from "@/graph/document";
import { catalogue } from "@/nodes/index";
import { fileDigests } from "./file-digests";

test("equal files under two names are two sources of rows, and two origins of a base model", async () => {
  const dir = await mkdtemp(join(tmpdir(), "telar-digests-"));
  await writeFile(join(dir, "a.jsonl"), '{"text":"Hi"}\n');
  await copyFile(join(dir, "a.jsonl"), join(dir, "b.jsonl"));
  const kinds = {
    a: "dataset-file",
    again: "dataset-file",
    b: "dataset-file",
    x: "base-model",
    y: "base-model",
  };
  const paths = { a: "a.jsonl", again: "./a.jsonl", b: "b.jsonl", x: "a.jsonl", y: "b.jsonl" };
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  const digests = await fileDigests(
    {
      ...emptyGraph("test"),
      nodes: names.map((id) => ({ id, kind: kinds[id], version: 1, params: {} })),
    },
    Object.fromEntries(names.map((id) => [id, { path: paths[id] }])),
    catalogue,
    { dataDirs: [dir], trustedPaths: [], downloadsDir: dir },
  );
  expect(digests.x).not.toEqual(digests.y);
  expect(digests.again).toEqual(digests.a);
  expect(digests.b).not.toEqual(digests.a);
  const content = (id: keyof typeof kinds) => digests[id]?.path?.split(" ").at(-1);
  expect(names.map(content)).toEqual(names.map(() => content("a")));
});
