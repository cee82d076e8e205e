import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reasonSentence } from "@/messages/words";
import { anyGraph, testCatalogue } from "../_testing";
import { checkGraph } from "../checks/index";
import { type GraphFile, parsePortRef } from "../document";
import { migrateGraph } from "../migrate";
import type { PortType } from "../ports";
import { smokeParams, smokeResources } from "../smoke";
import { makeExecutionPlan, type PlanInput } from "./execution-plan";
import { type CacheHit, type LastSuccess, type PlanContext, planGraph } from "./index";

const hash = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

type Over = Partial<PlanContext & Pick<PlanInput, "files" | "targets" | "smoke">>;

/** Remembers results as the engine would: an output's digest follows from its cache key. */
function memory() {
  const hits = new Map<string, CacheHit>();
  const last: Record<string, LastSuccess> = {};
  const context = (file: GraphFile, over: Over = {}): PlanContext => {
    const { files = {}, targets = [], smoke = false, catalogue = testCatalogue, ...rest } = over;
    const checked = checkGraph(file, catalogue);
    const { inferred } = checked;
    return {
      plan: makeExecutionPlan({
        file: checked.file,
        inferred,
        catalogue,
        targets,
        smoke,
        files,
        machines: [],
      }),
      inputs: inferred.inputs,
      catalogue,
      team: "t",
      hash,
      lookup: async (keys) => new Map(keys.flatMap((k) => (hits.has(k) ? [[k, hits.get(k)!]] : []))),
      last,
      ...rest,
    };
  };
  /** Runs everything that the plan names, wave by wave, until nothing more can run. */
  const run = async (file: GraphFile, over: Over = {}) => {
    const executed: string[] = [];
    for (;;) {
      const ctx = context(file, over);
      const plan = await planGraph(ctx);
      const todo = plan.nodes.filter((n) => n.action === "run" && n.cacheKey);
      const inputsOf = (id: string) =>
        Object.fromEntries(
          file.wires.flatMap(({ from, to }) => {
            const source = parsePortRef(from);
            const output = plan.nodes.find((n) => n.id === source.node)?.outputs?.[source.port];
            return parsePortRef(to).node === id && output
              ? [[to.slice(id.length + 1), { digest: output.digest, rows: 7 }]]
              : [];
          }),
        );
      if (!todo.length) return executed;
      for (const node of todo) {
        const definition = testCatalogue[node.kind]!;
        const outputs = Object.fromEntries(
          Object.entries(definition.outputs).map(([port, { type }]) => [
            port,
            { type, digest: hash(`${node.cacheKey} ${port}`), facts: { type, rows: 7 } as PortType },
          ]),
        );
        hits.set(node.cacheKey!, { run: 1, outputs });
        last[node.id] = {
          run: 1,
          cacheKey: node.cacheKey!,
          version: definition.version,
          codeVersion: definition.codeVersion,
          params: ctx.plan.nodes.find(({ id }) => id === node.id)!.params,
          inputs: inputsOf(node.id),
        };
        executed.push(node.id);
      }
    }
  };
  return { context, run, hits, last };
}

const line: GraphFile = {
  telar: 1,
  name: "line",
  nodes: [
    { id: "a", kind: "source", version: 2, params: { path: "x" } },
    { id: "b", kind: "chat", version: 1, params: {} },
    { id: "c", kind: "clean", version: 1, params: {} },
    { id: "d", kind: "ship", version: 1, params: {} },
  ],
  wires: [
    { from: "a.data", to: "b.data" },
    { from: "b.data", to: "c.data" },
    { from: "c.data", to: "d.data" },
  ],
};
const withParam = (file: GraphFile, id: string, params: GraphFile["nodes"][number]["params"]) => ({
  ...file,
  nodes: file.nodes.map((n) => (n.id === id ? { ...n, params } : n)),
});

describe("the plan", () => {
  it("counts the rows that were added, removed and changed since the last success", async () => {
    const { context, run, last } = memory();
    await run(line);
    const before = last.c!.inputs.data!.digest;
    await run(withParam(line, "a", { path: "y" }), { targets: ["b"] });
    const asked: string[][] = [];
    const compareInputs = async (...pair: [string, string]) => {
      asked.push(pair);
      return { added: 312, removed: 4, changed: 0 };
    };
    const plan = await planGraph(context(withParam(line, "a", { path: "y" }), { compareInputs }));
    const reasons = plan.nodes.find(({ id }) => id === "c")!.reasons;
    expect(reasons).toEqual([
      {
        code: "input",
        port: "data",
        rowsBefore: 7,
        rowsAfter: 7,
        rows: { added: 312, removed: 4, changed: 0 },
      },
    ]);
    expect(asked.map(([first]) => first)).toContain(before);
    expect(reasonSentence(reasons[0]!)).toBe("Other rows arrive at data: +312 −4.");
  });

  it("runs what never ran and says that the rest depends on it", async () => {
    const { context } = memory();
    const plan = await planGraph(context(line));
    expect(plan.nodes.map((n) => [n.id, n.action])).toEqual([
      ["a", "run"],
      ["b", "depends"],
      ["c", "depends"],
      ["d", "depends"],
    ]);
    expect(plan.nodes[0]?.reasons).toEqual([{ code: "never-ran" }]);
    expect(plan.total.seconds).toBe(4);
  });

  it("reuses everything but side effects the second time", async () => {
    const { context, run } = memory();
    expect(await run(line)).toEqual(["a", "b", "c"]);
    const plan = await planGraph(context(line));
    expect(plan.nodes.map((n) => n.action)).toEqual(["cached", "cached", "cached", "run"]);
    expect(plan.nodes[3]?.reasons).toEqual([{ code: "not-cacheable" }, { code: "never-ran" }]);
  });

  it("says that a side effect still stands while nothing before it changed", async () => {
    const { context, run, last } = memory();
    await run(line);
    const input = (await planGraph(context(line))).nodes[2]?.outputs?.data?.digest ?? "";
    const params = { slug: "a", automatic: false };
    last.d = { run: 1, version: 1, codeVersion: 1, params, inputs: { data: { digest: input, rows: 7 } } };
    expect((await planGraph(context(line))).nodes[3]).toMatchObject({ action: "run", unchanged: true });
    const edited = (await planGraph(context(withParam(line, "d", { slug: "b" })))).nodes[3];
    expect(edited?.unchanged).toBeUndefined();
    expect(edited?.reasons).toContainEqual({ code: "param", param: "slug", before: '"a"', after: '"b"' });
  });

  it("names the exact parameter that makes a node run again", async () => {
    const { context, run } = memory();
    await run(line);
    const plan = await planGraph(context(withParam(line, "c", { threshold: 0.9 })));
    expect(plan.nodes[2]).toMatchObject({
      action: "run",
      reasons: [{ code: "param", param: "threshold", before: "0.5", after: "0.9" }],
    });
  });

  it("gives the digest of a file, not its path, to the key", async () => {
    const { context, run } = memory();
    await run(line, { files: { a: { path: "sha256:1" } } });
    const moved = withParam(line, "a", { path: "elsewhere" });
    expect((await planGraph(context(moved, { files: { a: { path: "sha256:1" } } }))).nodes[0]?.action).toBe(
      "cached",
    );
    expect((await planGraph(context(moved, { files: { a: { path: "sha256:2" } } }))).nodes[0]).toMatchObject({
      action: "run",
      reasons: [{ code: "file", param: "path" }],
    });
  });

  it("estimates a node by what the results above it say of themselves, once they are there", async () => {
    const { context, run } = memory();
    const estimate = (_: unknown, { data }: { data?: { rows?: number } }) => ({
      seconds: data?.rows ?? 500,
      memoryBytes: 1,
      diskBytes: 1,
      wattHours: 1,
    });
    const catalogue = { ...testCatalogue, clean: { ...testCatalogue.clean!, estimate } };
    const seconds = async (file: GraphFile) =>
      (await planGraph(context(file, { catalogue }))).nodes.find(({ id }) => id === "c")?.estimate.seconds;
    expect(await seconds(line)).toBe(500);
    await run(line);
    expect(await seconds(withParam(line, "c", { threshold: 0.9 }))).toBe(7);
  });

  it("skips side effects and shrinks parameters in a smoke run", async () => {
    const { context, run } = memory();
    await run(line, { smoke: true });
    const plan = await planGraph(context(line, { smoke: true }));
    expect(plan.nodes.map((n) => n.action)).toEqual(["cached", "cached", "cached", "skip"]);
    expect((await planGraph(context(line))).nodes[0]?.action).toBe("run");
  });

  it("never makes a size larger in a smoke run", () => {
    const smoke = { rows: 32, steps: 3, mode: "quick" };
    expect(smokeParams({ rows: 10, steps: 0, mode: "whole", seed: 1 }, { smoke })).toEqual({
      rows: 10,
      steps: 3,
      mode: "quick",
      seed: 1,
    });
    expect(smokeParams({ rows: 400 }, { smoke })).toEqual(smoke);
  });

  it("gives a node of a smoke run one thread, unless its threads are part of its cache key", () => {
    const two = { threads: 2, memoryBytes: 1e9, gpus: 0 };
    expect(smokeResources(two, {})).toEqual({ ...two, threads: 1 });
    expect(smokeResources(two, { place: () => ({ engine: undefined, others: [] }) })).toEqual(two);
  });

  it("plans only the targets and what they need", async () => {
    const { context } = memory();
    expect((await planGraph(context(line, { targets: ["b"] }))).nodes.map((n) => n.id)).toEqual(["a", "b"]);
  });

  it("uses the digests of a frozen node whatever happens upstream", async () => {
    const { context, run } = memory();
    await run(line);
    const frozen = { data: hash("kept"), ledger: hash("l") };
    const file = {
      ...withParam(line, "a", { rows: 3 }),
      nodes: withParam(line, "a", { rows: 3 }).nodes.map((n) =>
        n.id === "b" ? { ...n, state: "frozen" as const, frozen } : n,
      ),
    };
    const plan = await planGraph(context(file));
    expect(plan.nodes[1]).toMatchObject({ action: "frozen", outputs: { data: { digest: frozen.data } } });
    expect(plan.nodes[2]).toMatchObject({
      action: "run",
      reasons: [{ code: "input", port: "data", rowsBefore: 7 }],
    });
  });

  it("gives the same cache keys when nodes are renamed, moved and titled", async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, async (graph) => {
        const known = { ...graph, nodes: graph.nodes.filter((n) => testCatalogue[n.kind]) };
        const { run, hits } = memory();
        await run(known);
        const keys = [...hits.keys()].sort();
        const to = (ref: string) => {
          const { node } = parsePortRef(ref);
          return ref.replace(`${node}.`, `renamed-${node}.`);
        };
        const renamed: GraphFile = {
          ...known,
          nodes: known.nodes.map((n) => ({ ...n, id: `renamed-${n.id}`, title: "Other" })),
          wires: known.wires.map((w) => ({ from: to(w.from), to: to(w.to) })),
          notes: [],
          layout: {},
          pinned: [],
        };
        const again = memory();
        await again.run(renamed);
        expect([...again.hits.keys()].sort()).toEqual(keys);
      }),
      { numRuns: 60 },
    );
  });
});

describe("migration", () => {
  it("lifts parameters step by step and is idempotent", () => {
    const old: GraphFile = {
      ...line,
      nodes: [{ id: "a", kind: "source", version: 1, params: { limit: 4 } }],
      wires: [],
    };
    expect(migrateGraph(old, testCatalogue).file.nodes[0]).toMatchObject({ version: 2, params: { rows: 4 } });
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const once = migrateGraph(graph, testCatalogue).file;
        expect(migrateGraph(once, testCatalogue).file).toEqual(once);
      }),
    );
  });
});
