import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CATEGORIES } from "@/graph/define-node";
import { PORT_TYPES } from "@/graph/ports";
import { selectingParams } from "@/graph/scores";
import en from "@/messages/en.json";
import { catalogue, NODE_KINDS } from "./index";
import { loadRunner } from "./runners";
import { type NodeText, nodeTexts } from "./texts";
import { views } from "./views";

const here = import.meta.dirname;
const sources = (dir: string): string[] =>
  readdirSync(dir, { recursive: true })
    .map(String)
    .filter(
      (name) => /\.ts$/.test(name) && !/\.(test|long)\.ts$/.test(name) && !/_(testing|fixtures)/.test(name),
    )
    .map((name) => readFileSync(join(dir, name), "utf8"));
const failureKeys = (text: string) =>
  [...text.matchAll(/new Failure\(\s*"[A-Z_]+",\s*"([a-z0-9-]+)"/g)].map((m) => m[1]!);

describe.each(NODE_KINDS)("%s", (kind) => {
  const definition = catalogue[kind]!;
  const text: NodeText = nodeTexts.en[kind];
  const names = Object.keys(definition.params.shape);

  it("is what its folder says", () => {
    expect(definition.kind).toBe(kind);
    expect(CATEGORIES).toContain(definition.category);
    expect(existsSync(join(here, kind, "about.md"))).toBe(true);
    expect(views[kind]).toBeTypeOf("object");
  });

  it("has words for everything a person sees", () => {
    expect(text.title).toBeTruthy();
    expect(text.summary).toBeTruthy();
    expect(Object.keys(text.params).sort()).toEqual([...names].sort());
    for (const name of names) expect(text.params[name]?.title).toBeTruthy();
    for (const port of [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)]) {
      expect(text.ports[port], port).toBeTruthy();
    }
  });

  it("names only parameters it has", () => {
    const { telling = [], files = [], smoke = {} } = definition;
    for (const name of [...telling, ...files, ...Object.keys(smoke)]) expect(names).toContain(name);
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

  it("has a migration from every earlier version", () => {
    for (let version = 1; version < definition.version; version++) {
      expect(definition.migrations?.[version], `from ${version}`).toBeTypeOf("function");
    }
  });

  it("says what it needs and takes, with its defaults", () => {
    const given = definition.params.safeParse(definition.files ? { path: "rows.jsonl" } : {});
    const params = given.success ? given.data : undefined;
    if (!params)
      return expect(given.error?.issues.every((issue) => issue.code === "invalid_type")).toBe(true);
    const needs = definition.resources(params, {});
    expect(needs.threads).toBeGreaterThanOrEqual(1);
    expect(needs.memoryBytes).toBeGreaterThan(0);
    const takes = definition.estimate(params, {});
    for (const value of Object.values(takes)) expect(Number.isFinite(value) && value >= 0).toBe(true);
    if (definition.smoke)
      expect(definition.params.safeParse({ ...params, ...definition.smoke }).success).toBe(true);
  });

  it("has a runner", async () => {
    expect(await loadRunner(kind)).toBeTypeOf("function");
  });

  it("has a sentence for every failure it throws", () => {
    const known = { ...en.failures, ...text.failures } as Record<string, string>;
    for (const key of sources(join(here, kind)).flatMap(failureKeys)) expect(known[key], key).toBeTruthy();
  });
});

it("engines and server have a sentence for every failure they throw", () => {
  const known: Record<string, string> = en.failures;
  const keys = ["engines", "server"].flatMap((dir) => sources(join(here, "..", dir))).flatMap(failureKeys);
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter((key) => !known[key])).toEqual([]);
});
