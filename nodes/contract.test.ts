/** What every kind must hold, and the template that new ones are made from. Its words: words.test.ts; its labels: _testing/labels.test.ts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATEGORIES } from "@/graph/define-node";
import { DATASET_SHAPES, PORT_TYPES, type PortType, type Want } from "@/graph/ports";
import { runtimeOf } from "@/graph/runtime";
import { selectingParams } from "@/graph/scores";
import { everyKind } from "./_testing/kinds";
import { sampleParams } from "./_testing/sample-params";
import { iconOf } from "./icons";
import { catalogue, NODE_KINDS } from "./index";
import { loadRunner } from "./runners";
import { views } from "./views";

const root = join(import.meta.dirname, "..");

/** What may stand at an input: nothing known, nothing there, and more than any machine holds. */
function typesFor(want: Want): PortType[] {
  const sizes = [undefined, 0, 1, 1e12];
  return sizes.flatMap((n): PortType[] => {
    const rows = n === undefined ? {} : { rows: n };
    const bytes = n === undefined ? {} : { bytes: n };
    switch (want.type) {
      case "dataset":
        return DATASET_SHAPES.filter((shape) => !want.shapes || want.shapes.includes(shape)).map((shape) => ({
          type: "dataset",
          shape,
          ...rows,
          ...bytes,
        }));
      case "tokens":
        return [
          {
            type: "tokens",
            ...rows,
            ...(n === undefined ? {} : { tokens: n, maxLength: n, trainedTokens: n }),
          },
        ];
      case "model":
        return [{ type: "model", ...bytes, ...(n === undefined ? {} : { parameters: n, contextLength: n }) }];
      case "adapter":
        return [{ type: "adapter", ...(n === undefined ? {} : { rank: n }) }];
      default:
        return [{ type: want.type } as PortType];
    }
  });
}

describe.each(everyKind)("$kind", ({ kind, dir, definition, texts }) => {
  const names = Object.keys(definition.params.shape);
  const least = sampleParams(definition.params);
  const text = texts[0]![1];

  it("has a category, an icon of lucide and its page of help", () => {
    expect(CATEGORIES).toContain(definition.category);
    expect(existsSync(join(dir, "about.md"))).toBe(true);
    expect(existsSync(join(root, `node_modules/lucide-react/dist/esm/icons/${definition.icon}.mjs`))).toBe(
      true,
    );
  });

  it("takes the least that its parameters ask for, and says which one is missing without it", () => {
    const parsed = definition.params.safeParse(least);
    expect(parsed.error?.issues ?? []).toEqual([]);
    for (const name of Object.keys(least)) {
      const { [name]: _, ...rest } = least;
      expect(definition.params.safeParse(rest).error?.issues.map(({ path }) => path[0])).toEqual([name]);
    }
  });

  it("names only parameters it has", () => {
    const { telling = [], files = [], smoke = {} } = definition;
    for (const name of [...telling, ...files, ...Object.keys(smoke)]) expect(names).toContain(name);
    if (definition.probesFiles) expect(files).not.toEqual([]);
  });

  it("declares its scores with a selector, over parameters it has and with words for all of them", () => {
    const { scores, selector } = definition;
    expect(Boolean(scores)).toBe(Boolean(selector));
    if (!scores || !selector) return;
    expect(Object.keys(scores)).not.toEqual([]);
    const selecting = selectingParams({ scores, selector });
    expect(names).toEqual(expect.arrayContaining([...selecting]));
    for (const [name, { range, bounds }] of Object.entries(scores)) {
      expect(range[0]).toBeLessThan(range[1]);
      if (bounds.length === 0) expect(text.scores?.[name], name).toBeTruthy();
      for (const { rule } of bounds) expect(text.ledger?.[rule], rule).toBeTruthy();
    }
  });

  it("has ports of known types", () => {
    for (const { want } of Object.values(definition.inputs)) expect(PORT_TYPES).toContain(want.type);
    for (const { type } of Object.values(definition.outputs)) expect(PORT_TYPES).toContain(type);
  });

  it("has a migration from every earlier version, and what they make is taken", () => {
    for (let from = 1; from < definition.version; from++) {
      let params: Record<string, unknown> = {};
      for (let version = from; version < definition.version; version++) {
        expect(definition.migrations?.[version], `from ${version}`).toBeTypeOf("function");
        params = definition.migrations![version]!(params);
      }
      expect(definition.params.safeParse({ ...least, ...params }).error?.issues ?? []).toEqual([]);
    }
  });

  it("runs in small with its smoke values", () => {
    const smoke = definition.params.safeParse({ ...least, ...definition.smoke });
    expect(smoke.error?.issues ?? []).toEqual([]);
  });

  it("opens files with parameters that it takes, and no file that another opens", () => {
    if (!definition.opens) return;
    const { endings, params } = definition.opens;
    expect(definition.params.safeParse(params("uploads/a file")).error?.issues ?? []).toEqual([]);
    for (const ending of endings) {
      expect(ending).toBe(ending.toLowerCase().replace(/^\./, ""));
      const others = everyKind.filter(
        (other) => other.kind !== kind && other.definition.opens?.endings.includes(ending),
      );
      expect(others.map((other) => other.kind)).toEqual([]);
    }
  });

  it("says where its code runs, in a module that is there", () => {
    const params = definition.params.parse(least);
    const runtime = runtimeOf(definition, params, {});
    expect(["node", "python"]).toContain(runtime.in);
    if (runtime.in === "python")
      expect(existsSync(join(root, "trainer", `${runtime.module.replaceAll(".", "/")}.py`))).toBe(true);
  });

  it("infers, checks and says what it needs and takes, in finite numbers, whatever stands at its inputs", () => {
    const params = definition.params.parse(least);
    const inputs = Object.entries(definition.inputs);
    const most = Math.max(1, ...inputs.map(([, { want }]) => typesFor(want).length));
    const cases = [{}];
    for (let k = 0; k < most; k++) {
      const types = inputs.map(([port, { want, list }]) => {
        const all = typesFor(want);
        const type = all[k % all.length]!;
        return [port, list ? { one: type, other: type } : type];
      });
      cases.push(Object.fromEntries(types));
    }
    for (const types of cases) {
      const given = JSON.stringify(types);
      for (const [port, type] of Object.entries(definition.infer(params, types)))
        if (type) expect(type.type, port).toBe(definition.outputs[port]?.type);
      expect(definition.check?.(params, types) ?? [], given).toBeInstanceOf(Array);
      const { threads, ...needs } = definition.resources(params, types);
      expect(threads).toBeGreaterThanOrEqual(1);
      expect(needs.memoryBytes).toBeGreaterThan(0);
      const numbers = Object.entries({ ...needs, ...definition.estimate(params, types) }).filter(
        ([, value]) => typeof value === "number",
      );
      for (const [name, value] of numbers)
        expect(Number.isFinite(value) && Number(value) >= 0, `${name} ${value} of ${given}`).toBe(true);
    }
  });
});

describe("the registries", () => {
  it.each(NODE_KINDS)("%s has a runner, a view and an icon", async (kind) => {
    expect(catalogue[kind]?.kind).toBe(kind);
    expect(await loadRunner(kind)).toBeTypeOf("function");
    expect(views[kind].Preview).toBeTypeOf("function");
    expect(iconOf(kind)).toBeTruthy();
  });

  it("know no kind by a name that every object has", async () => {
    expect(catalogue.constructor).toBeUndefined();
    expect(iconOf("constructor")).toBeUndefined();
    await expect(loadRunner("constructor")).rejects.toThrow("No runner");
  });
});
