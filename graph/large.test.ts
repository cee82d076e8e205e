/** Graphs as large as they may be: the work grows with nodes and wires, whatever their shape. Counted, not timed. */
import { describe, expect, test } from "vitest";
import { testCatalogue } from "./_testing";
import { byName } from "./by-name";
import { checkGraph } from "./checks/index";
import type { AnyNode } from "./define-node";
import { diffGraphs } from "./diff";
import { emptyGraph, formatGraph, type GraphFile, type GraphNode } from "./document";
import { docToFile, fileToDoc, removeNodes } from "./draft";
import { GRAPH_LIMITS } from "./limits";
import { planGraph } from "./plan";
import { type ExecutionPlan, makeExecutionPlan } from "./plan/execution-plan";
import { parseGraph } from "./read-graph";
import { findCycle } from "./topology";

const MOST = GRAPH_LIMITS.nodes;
const node = (id: string, kind: string): GraphNode => ({
  ...{ id, kind, params: {} },
  version: testCatalogue[kind]!.version,
});
const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
const graph = (nodes: GraphNode[], wires: GraphFile["wires"]): GraphFile => ({
  ...emptyGraph("large"),
  nodes,
  wires,
});

const SHAPES: Record<string, (size: number) => GraphFile> = {
  "a chain": (size) =>
    graph(
      list(size, (i) => node(`n${i}`, i === 0 ? "source" : i === 1 ? "chat" : "clean")),
      list(size - 1, (i) => ({ from: `n${i}.data`, to: `n${i + 1}.data` })),
    ),
  "one that feeds all": (size) =>
    graph(
      list(size, (i) => node(`n${i}`, i ? "chat" : "source")),
      list(size - 1, (i) => ({ from: "n0.data", to: `n${i + 1}.data` })),
    ),
  "one that all feed": (size) =>
    graph(
      list(size, (i) => node(`n${i}`, i ? "source" : "mix")),
      list(size - 1, (i) => ({ from: `n${i + 1}.data`, to: `n0.data[s${i}]` })),
    ),
  "dense lists in one frame": (size) => {
    const side = Math.floor(Math.sqrt(size * 4));
    const nodes = list(side * 2, (i) => node(`n${i}`, i < side ? "source" : "mix"));
    return {
      ...graph(
        nodes,
        list(side * side, (k) => ({
          from: `n${k % side}.data`,
          to: `n${side + Math.floor(k / side)}.data[s${k % side}]`,
        })),
      ),
      frames: [{ id: "f", title: "All", nodes: nodes.map(({ id }) => id) }],
    };
  },
};

/** How often kinds and inputs of planned nodes are looked at. */
async function work(file: GraphFile): Promise<number> {
  let looks = 0;
  const counted = Object.fromEntries(
    Object.entries(testCatalogue).map(([kind, definition]) => [
      kind,
      new Proxy<AnyNode>(definition, {
        get: (of, key) => {
          looks++;
          return Reflect.get(of, key);
        },
      }),
    ]),
  );
  const { file: checked, inferred } = checkGraph(file, counted);
  const settled = { catalogue: counted, targets: [], smoke: false, files: byName<never>(), machines: [] };
  const made = makeExecutionPlan({ ...settled, file: checked, inferred });
  const plan: ExecutionPlan = {
    nodes: made.nodes.map((planned) => ({
      ...planned,
      get inputs() {
        looks++;
        return planned.inputs;
      },
    })),
  };
  const known = {
    plan,
    inputs: inferred.inputs,
    catalogue: counted,
    team: "t",
    hash: (text: string) => text,
  };
  const found = {
    run: 1,
    outputs: { data: { type: "dataset", digest: "sha256:1", facts: { type: "dataset" } } },
  };
  for (const hit of [undefined, found])
    await planGraph({
      ...known,
      last: byName(),
      lookup: async (keys) => new Map(hit ? keys.map((key) => [key, hit as never]) : []),
    });
  return looks;
}

describe.each(Object.entries(SHAPES))("%s", (_name, make) => {
  test("is checked and planned with work in proportion to its size", async () => {
    const [small, large] = [make(500), make(2_000)];
    const size = ({ nodes, wires }: GraphFile) => nodes.length + wires.length;
    const grows = (await work(large)) / (await work(small));
    expect(grows).toBeLessThan((1.3 * size(large)) / size(small));
  });

  test("of the most nodes is read, edited, compared, checked and planned", async () => {
    const file = make(MOST);
    expect(parseGraph(formatGraph(file)).problems).toEqual([]);
    const doc = fileToDoc(file);
    expect(docToFile(doc).nodes).toHaveLength(file.nodes.length);
    expect(diffGraphs(file, { ...file, nodes: file.nodes.slice(1) }).removed).toHaveLength(1);
    const { inferred, problems } = checkGraph(file, testCatalogue);
    expect(problems).toEqual([]);
    expect(inferred.order).toHaveLength(file.nodes.length);
    const gone = file.nodes.slice(2).map(({ id }) => id);
    removeNodes(doc, gone, () => true);
    expect(docToFile(doc).nodes).toHaveLength(2);
  });
});

test("a circle of the most nodes is found", () => {
  const { nodes, wires } = SHAPES["a chain"]!(MOST);
  const last = wires.at(-1)!;
  const circle = { nodes, wires: [...wires.slice(1), { from: last.to, to: "n1.data" }] };
  expect(findCycle(circle)).toHaveLength(MOST - 1);
});
