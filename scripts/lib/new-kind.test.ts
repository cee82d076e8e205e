import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readKinds } from "./kinds.mjs";
import { writeNewKind } from "./new-kind.mjs";

const project = join(import.meta.dirname, "../..");
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "telar-new-kind-"));
  for (const path of ["messages", "nodes/_template", "nodes/dedupe"])
    cpSync(join(project, path), join(root, path), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const sourceOf = (kind: string) =>
  readdirSync(join(root, "nodes", kind))
    .map((file) => `${file}\n${readFileSync(join(root, "nodes", kind, file), "utf8")}`)
    .join("\n");

describe("a new kind", () => {
  it("is a whole folder under its own name, with nothing of the template's", () => {
    const files = writeNewKind("word-count2", root);
    expect(files).toContain("nodes/word-count2/word-count2.test.ts");
    expect(readKinds(root).map(({ kind, name }) => [kind, name])).toContainEqual([
      "word-count2",
      "wordCount2",
    ]);
    const source = sourceOf("word-count2");
    expect(source).toContain('"title": "Word count2"');
    expect(source).not.toMatch(/new-?kind/i);
    expect(source).toContain("aliases: [],");
  });

  it("may be called by a word of the language", () => {
    writeNewKind("export", root);
    expect(sourceOf("export")).toContain("export const exportKind = defineNode({");
    expect(readKinds(root).map(({ name }) => name)).toContain("exportKind");
  });

  it.each([
    "",
    "Word",
    "word_count",
    "-word",
    "word-",
    "2words",
    "../dedupe",
    "a/b",
    "wörter",
    "_testing",
    "w".repeat(41),
  ])("refuses the name %j and writes nothing", (name) => {
    const before = readdirSync(join(root, "nodes"));
    expect(() => writeNewKind(name, root)).toThrow("is no name of a kind");
    expect(readdirSync(join(root, "nodes"))).toEqual(before);
  });

  it("refuses a name that is taken and leaves that kind alone", () => {
    const before = sourceOf("dedupe");
    expect(() => writeNewKind("dedupe", root)).toThrow("nodes/dedupe is there already");
    expect(sourceOf("dedupe")).toBe(before);
  });

  it("is asked for by one name on the command line", () => {
    for (const args of [[], ["one", "two"], ["Bad Name"], ["dedupe"]]) {
      const { status, stderr } = spawnSync(process.execPath, ["scripts/new-kind.mjs", ...args], {
        cwd: project,
        encoding: "utf8",
      });
      expect([status, stderr.trim().split("\n")]).toEqual([2, [expect.stringMatching(/\.$|word-count$/)]]);
    }
    expect(existsSync(join(project, "nodes/one"))).toBe(false);
  });
});
