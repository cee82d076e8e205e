import { expect, test } from "vitest";
import type { AnyNode, Catalogue } from "./define-node";
import { kindFor } from "./opens";

const kind = (name: string, endings?: string[]) =>
  ({
    kind: name,
    ...(endings && { opens: { endings, params: (path: string) => ({ path }) } }),
  }) as unknown as AnyNode;
const catalogue: Catalogue = {
  closed: kind("closed"),
  rows: kind("rows", ["jsonl", "gz"]),
  archives: kind("archives", ["tar.gz", "tar"]),
};

test("a file goes to the first kind whose endings fit its name, whatever its case", () => {
  expect(kindFor("My rows.JSONL", catalogue)?.kind).toBe("rows");
  expect(kindFor("rows.jsonl.gz", catalogue)?.kind).toBe("rows");
  expect(kindFor("pictures.tar", catalogue)?.kind).toBe("archives");
  expect(kindFor("a/b.jsonl", catalogue)?.opens.params("a/b.jsonl")).toEqual({ path: "a/b.jsonl" });
});

test("a name without a known ending goes to none", () => {
  for (const name of ["", "jsonl", "photo.png", "rows.jsonl.bak", "constructor"])
    expect(kindFor(name, catalogue)).toBeUndefined();
});
