import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const project = join(import.meta.dirname, "../..");
let root = "";

/** A checkout of its own with one whole kind, `dedupe`. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "telar-kinds-"));
  for (const path of ["scripts", "messages", "nodes/dedupe"])
    cpSync(join(project, path), join(root, path), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const kinds = () => spawnSync(process.execPath, ["scripts/kinds.mjs"], { cwd: root, encoding: "utf8" });
const registry = (name: string) => readFileSync(join(root, "generated/kinds", name), "utf8");
const at = (...parts: string[]) => join(root, "nodes", ...parts);
const copyAs = (kind: string, name: string) => {
  cpSync(at("dedupe"), at(kind), { recursive: true });
  const text = readFileSync(at("dedupe/definition.ts"), "utf8");
  writeFileSync(
    at(kind, "definition.ts"),
    text.replace("const dedupe =", `const ${name} =`).replace('kind: "dedupe"', `kind: "${kind}"`),
  );
};

describe("the registries of kinds", () => {
  it("hold a kind as soon as its folder is there, and no longer than that", () => {
    copyAs("my-kind2", "myKind2");
    writeFileSync(at("my-kind2/probe.ts"), "export default async () => undefined;\n");
    expect(kinds().status).toBe(0);
    expect(registry("index.ts")).toContain('"my-kind2": myKind2,');
    expect(registry("runners.ts")).toContain('"my-kind2": () => import("@/nodes/my-kind2/run")');
    expect(registry("views.ts")).toContain('import { Preview as MyKind2 } from "@/nodes/my-kind2/preview"');
    expect(registry("probes.ts")).toContain('"my-kind2": () => import("@/nodes/my-kind2/probe")');
    expect(registry("probes.ts")).not.toContain("dedupe");
    for (const locale of ["en", "es", "pt"])
      expect(registry("texts.ts")).toContain(`"@/nodes/my-kind2/text.${locale}.json"`);

    rmSync(at("my-kind2"), { recursive: true });
    expect(kinds().status).toBe(0);
    for (const name of readdirSync(join(root, "generated/kinds")))
      expect(registry(name)).not.toContain("my-kind2");
  });

  it("touch no file that is as it should be", () => {
    kinds();
    const changed = () => statSync(join(root, "generated/kinds/index.ts"), { bigint: true }).mtimeNs;
    const before = changed();
    kinds();

    expect(changed()).toBe(before);
  });

  it.each(["run.ts", "preview.tsx", "about.md", "text.en.json", "text.es.json", "text.pt.json"])(
    "name a missing %s",
    (file) => {
      rmSync(at("dedupe", file));
      const { status, stderr } = kinds();
      expect(status).toBe(2);
      expect(stderr).toContain(`nodes/dedupe lacks ${file}.`);
      expect(stderr).toContain("CONTRIBUTING.md");
    },
  );

  it("refuse a folder that is no kind, says another kind or exports another name", () => {
    rmSync(at("dedupe/definition.ts"));
    expect(kinds().stderr).toContain("nodes/dedupe has no definition.ts");

    cpSync(join(project, "nodes/dedupe/definition.ts"), at("dedupe/definition.ts"));
    renameSync(at("dedupe"), at("twins"));
    expect(kinds().stderr).toContain('nodes/twins/definition.ts says kind: "dedupe"');

    const text = readFileSync(at("twins/definition.ts"), "utf8").replace('kind: "dedupe"', 'kind: "twins"');
    writeFileSync(at("twins/definition.ts"), text);
    expect(kinds().stderr).toContain("Write: export const twins = defineNode({");

    renameSync(at("twins"), at("Twins_2"));
    expect(kinds().stderr).toContain('nodes/Twins_2: "Twins_2" is no name of a kind');
  });

  it("refuse an icon that lucide has not", () => {
    const icons = join(root, "node_modules/lucide-react/dist/esm/icons");
    mkdirSync(icons, { recursive: true });
    const icon = /icon: "([^"]+)"/.exec(readFileSync(at("dedupe/definition.ts"), "utf8"))![1]!;
    expect(kinds().stderr).toContain(`says icon: "${icon}", and lucide has none of that name`);
    writeFileSync(join(icons, `${icon}.mjs`), "");
    expect(kinds().status).toBe(0);
    expect(registry("icons.ts")).toMatch(/^import \{ [A-Z]\w+ \} from "lucide-react";$/m);
  });

  it("leave shared helpers of tests and empty folders alone", () => {
    mkdirSync(at("_testing"));
    writeFileSync(at("_testing/context.ts"), "");
    mkdirSync(at("left-by-git"));
    expect(kinds().status).toBe(0);
  });

  it("are written by processes side by side without half a file", () => {
    const script = `import("./scripts/lib/kinds.mjs").then(({ writeKinds }) => { for (let i = 0; i < 50; i++) writeKinds(); });`;
    execFileSync("sh", ["-c", `for i in 1 2 3; do "${process.execPath}" -e '${script}' & done; wait`], {
      cwd: root,
    });
    expect(registry("index.ts")).toMatch(/dedupe: dedupe,\n\} as const;\n$/);
    expect(readdirSync(join(root, "generated/kinds")).filter((name) => name.endsWith(".new"))).toEqual([]);
  });
});
