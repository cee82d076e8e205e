/** Personal data that a first training saw stands on everything made of it, inside Telar and when its files come back. */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { tinyLlama } from "@/engines/gguf/_testing/tiny-llama";
import type { GraphWire } from "@/graph/document";
import { telarHome } from "./_testing/telar";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

let home: Awaited<ReturnType<typeof telarHome>>;
beforeAll(async () => {
  home = await telarHome();
  await tinyLlama(join(home.dir, "tiny"));
  const rows = Array.from({ length: 12 }, (_, i) => ({
    question: `Where does customer ${i} get answers?`,
    answer: `Write to person${i}@example.org, hello world.`,
  }));
  await home.write("faq.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"));
});
afterAll(() => home?.remove());

type Node = Parameters<typeof home.graph>[1][number];
type Shown = {
  nodes: {
    id: string;
    status: string;
    failure?: { reason: string };
    outputs: Record<string, { digest: string; facts: { labels?: { pii?: string } } }>;
  }[];
};

const training = (n: number, model: string, tokens: string): { nodes: Node[]; wires: GraphWire[] } => ({
  nodes: [
    {
      id: `train-${n}`,
      kind: "lora-train",
      params: { engine: "onnx", rank: 8, steps: 1, batchSize: 4, seed: n },
    },
    { id: `merge-${n}`, kind: "merge" },
  ],
  wires: [
    { from: `${model}.model`, to: `train-${n}.model` },
    { from: `${tokens}.tokens`, to: `train-${n}.tokens` },
    { from: `${model}.model`, to: `merge-${n}.model` },
    { from: `train-${n}.adapter`, to: `merge-${n}.adapter` },
  ],
});

/** The first of three trainings sees what was found, the others what was masked. */
function chain(): { nodes: Node[]; wires: GraphWire[] } {
  const trainings = [
    training(1, "base", "tokens-seen"),
    training(2, "merge-1", "tokens-hidden"),
    training(3, "merge-2", "tokens-hidden"),
  ];
  const pii = (id: string, mode: string): Node[] => [
    { id, kind: "pii", params: { mode } },
    { id: `tokens-${id}`, kind: "tokenize", params: { maxLength: 128 } },
  ];
  const read = (id: string): GraphWire[] => [
    { from: "chat.data", to: `${id}.data` },
    { from: `${id}.data`, to: `tokens-${id}.data` },
    { from: "base.model", to: `tokens-${id}.model` },
  ];
  return {
    nodes: [
      { id: "base", kind: "base-model", params: { source: "folder", path: "tiny" } },
      { id: "faq", kind: "dataset-file", params: { path: "faq.jsonl" } },
      { id: "chat", kind: "to-chat" },
      ...pii("seen", "report"),
      ...pii("hidden", "mask"),
      ...trainings.flatMap(({ nodes }) => nodes),
      { id: "small", kind: "quantize", params: { type: "Q8_0" } },
    ],
    wires: [
      { from: "faq.data", to: "chat.data" },
      ...read("seen"),
      ...read("hidden"),
      ...trainings.flatMap(({ wires }) => wires),
      { from: "merge-3.model", to: "small.model" },
    ],
  };
}

test("three trainings, a quantisation and a way out and back do not wash a label off", async () => {
  const { nodes, wires } = chain();
  const run = await home.telar("run", await home.graph("trained.json", nodes, wires), "--json");
  expect(run.code, run.stderr).toBe(0);
  const shown = JSON.parse(run.stdout) as Shown;
  const output = (id: string, port: string) => shown.nodes.find((node) => node.id === id)!.outputs[port]!;
  const pii = (id: string, port: string) => output(id, port).facts.labels?.pii;
  expect([pii("seen", "data"), pii("hidden", "data"), pii("base", "model")]).toEqual([
    "found",
    "masked",
    "none",
  ]);
  for (const n of [1, 2, 3])
    expect([pii(`train-${n}`, "adapter"), pii(`merge-${n}`, "model")]).toEqual(["found", "found"]);
  expect(pii("small", "model")).toBe("found");

  const serve: Node = { id: "serve", kind: "deploy", params: { slug: "leaks" } };
  const served = [...wires, { from: "small.model", to: "serve.model" }];
  const refused = await home.telar("run", await home.graph("served.json", [...nodes, serve], served));
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("Personal data was found in what this model was trained on");

  const allowed: Node[] = [
    { ...serve, params: { slug: "leaks", allowPersonalData: true } },
    { id: "answer", kind: "chain", params: { promptTemplate: "{question}" } },
  ];
  const chained = [...served, { from: "serve.endpoint", to: "answer.endpoint" }];
  const again = await home.telar(
    "run",
    await home.graph("allowed.json", [...nodes, ...allowed], chained),
    "--json",
  );
  expect(again.code, again.stderr).toBe(0);
  const last = JSON.parse(again.stdout) as Shown;
  for (const [id, port] of [
    ["serve", "endpoint"],
    ["answer", "chain"],
  ] as const)
    expect(last.nodes.find((node) => node.id === id)?.outputs[port]?.facts.labels?.pii, id).toBe("found");

  for (const [name, digest] of [
    ["merged", output("merge-3", "model").digest],
    ["quantised", output("small", "model").digest],
  ] as const) {
    const got = await home.telar("get", digest, "--out", join(home.dir, name));
    expect(got.code, got.stderr).toBe(0);
  }
  await cp(join(home.dir, "quantised", "model.gguf"), join(home.dir, "came-back.gguf"));
  for (const [source, path] of [
    ["folder", "merged"],
    ["file", "came-back.gguf"],
  ] as const) {
    const back: Node = { id: "back", kind: "base-model", params: { source, path } };
    const file = await home.graph(
      `back-${source}.json`,
      [back, serve],
      [{ from: "back.model", to: "serve.model" }],
    );
    const result = await home.telar("run", file);
    expect(result.code, source).toBe(2);
    expect(result.stderr, source).toContain("Personal data was found in what this model was trained on");
  }
});
