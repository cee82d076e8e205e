import { mkdir, mkdtemp, realpath, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { OWN_FOLDER, resolveDataPath } from "./paths";

let root: string;
let outside: string;
const rules = () => ({ dataDirs: [join(root, "graph"), join(root, "data")], trustedPaths: [] as string[] });

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "telar-paths-")));
  outside = join(root, "secret.txt");
  await mkdir(join(root, "graph", "sub"), { recursive: true });
  await mkdir(join(root, "data"));
  await mkdir(join(root, "data-other"));
  for (const name of ["graph/a.jsonl", "data/b.jsonl", "data/a.jsonl", "secret.txt", "data-other/c.jsonl"])
    await writeFile(join(root, name), "x");
  await mkdir(join(root, "data", OWN_FOLDER, "1"), { recursive: true });
  await writeFile(join(root, "data", OWN_FOLDER, "1", "data"), "half a file");
  await symlink(join(root, "data", OWN_FOLDER, "1"), join(root, "data", "way-in"));
  await symlink(outside, join(root, "data", "link.txt"));
  await symlink(join(root, "data", "b.jsonl"), join(root, "graph", "inner.jsonl"));
  await symlink(join(root, "data"), join(root, "linked-data"));
});

describe("resolveDataPath", () => {
  test("finds a relative path in the most specific folder first", async () => {
    expect(await resolveDataPath("a.jsonl", rules())).toBe(join(root, "graph", "a.jsonl"));
    expect(await resolveDataPath("b.jsonl", rules())).toBe(join(root, "data", "b.jsonl"));
  });

  test("takes an absolute path and a link that stay inside", async () => {
    expect(await resolveDataPath(join(root, "data", "b.jsonl"), rules())).toBe(join(root, "data", "b.jsonl"));
    expect(await resolveDataPath("inner.jsonl", rules())).toBe(join(root, "data", "b.jsonl"));
    const linked = { dataDirs: [join(root, "linked-data")], trustedPaths: [] };
    expect(await resolveDataPath(join(root, "linked-data", "b.jsonl"), linked)).toBe(
      join(root, "data", "b.jsonl"),
    );
  });

  test.each([
    ["../secret.txt", "path-outside"],
    ["../data-other/c.jsonl", "path-outside"],
    ["link.txt", "path-outside"],
    ["/etc/passwd", "path-outside"],
    ["/no/such/file", "path-outside"],
    ["nowhere.jsonl", "path-missing"],
    ["b.jsonl\0.txt", "path-missing"],
    [`${OWN_FOLDER}/1/data`, "path-own"],
    ["way-in/data", "path-own"],
    ["", "path-missing"],
    ["sub", "path-not-a-file"],
  ])("refuses %j with %s", async (path, reason) => {
    await expect(resolveDataPath(path, rules())).rejects.toMatchObject({ code: "INVALID_INPUT", reason });
  });

  test("asks for a folder where a folder is meant", async () => {
    expect(await resolveDataPath("sub", rules(), "folder")).toBe(join(root, "graph", "sub"));
    await expect(resolveDataPath("a.jsonl", rules(), "folder")).rejects.toMatchObject({
      reason: "path-not-a-folder",
    });
  });

  test("lets a path given on the command line be anywhere, though still a regular file", async () => {
    expect(await resolveDataPath(outside, { ...rules(), trustedPaths: [outside] })).toBe(outside);
    await expect(
      resolveDataPath("/dev/zero", { ...rules(), trustedPaths: ["/dev/zero"] }),
    ).rejects.toMatchObject({
      reason: "path-not-a-file",
    });
  });
});
