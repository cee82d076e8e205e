import { beforeAll, expect, test } from "vitest";
import { testGguf } from "./_testing/model";
import { ggufLoss, type LossRow } from "./loss";
import { openModel } from "./open";

const SENTENCES = [
  "The capital of France is Paris.",
  "Water boils at one hundred degrees.",
  "Glass frog seven the under.",
];
let path: string;
let rows: LossRow[];
beforeAll(async () => {
  path = await testGguf("F16");
  const model = await openModel(path);
  rows = SENTENCES.map((text, row) => {
    const ids = model.tokenize(text, true).map(Number);
    return { row: `r${row}`, ids, mask: ids.map((_, at) => (at >= 2 ? 1 : 0)) };
  });
  await model.dispose();
});

test("losses equal those of the whole softmax, one token at a time", async () => {
  const losses = await ggufLoss({ modelPath: path, rows, threads: 2 });
  const model = await openModel(path);
  const context = await model.createContext({ contextSize: 256, threads: 1 });
  const sequence = context.getSequence();
  for (const [at, { row, ids, mask }] of rows.entries()) {
    await sequence.clearHistory();
    let nll = 0;
    for (let position = 0; position + 1 < ids.length; position++) {
      const [result] = await sequence.controlledEvaluate([
        [ids[position] as never, { generateNext: { probabilities: true } }],
      ]);
      if (mask[position + 1]) nll -= Math.log(result!.next.probabilities!.get(ids[position + 1] as never)!);
    }
    expect(losses[at]).toMatchObject({ row, tokens: mask.filter(Boolean).length });
    expect(losses[at]!.nll / nll).toBeCloseTo(1, 2);
  }
  await model.dispose();
});

test("sense is likelier than nonsense, and rows keep their order", async () => {
  const seen: number[] = [];
  const losses = await ggufLoss({ modelPath: path, rows, threads: 2, onProgress: (done) => seen.push(done) });
  expect(losses.map(({ row }) => row)).toEqual(["r0", "r1", "r2"]);
  const mean = losses.map(({ nll, tokens }) => nll / tokens);
  expect(mean[0]!).toBeLessThan(mean[2]!);
  expect(seen).toEqual([1, 2, 3]);
});

test("a row without counted tokens has no loss, and a row too long is named", async () => {
  const nothing = { row: "none", ids: rows[0]!.ids, mask: rows[0]!.ids.map(() => 0) };
  expect(await ggufLoss({ modelPath: path, rows: [nothing], threads: 1 })).toEqual([
    { row: "none", nll: 0, tokens: 0 },
  ]);
  const long = { row: "long", ids: new Array(9000).fill(300), mask: new Array(9000).fill(1) };
  await expect(ggufLoss({ modelPath: path, rows: [long], threads: 1 })).rejects.toMatchObject({
    reason: "row-too-long",
    values: { row: "long", tokens: 9000 },
  });
});
