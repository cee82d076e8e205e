import { expect, test } from "vitest";
import { graph, testBench, testMachine } from "./_testing/test-bench";

test("jobs share GPUs by their memory, and each sees only its own", async () => {
  const bench = await testBench();
  await bench.worker({
    machine: testMachine({ threads: 6, gpus: [10, 10].map((vramBytes) => ({ name: "GPU", vramBytes })) }),
  });
  const sizes = [6, 6.5, 7, 3, 2, 10];
  const nodes = sizes.map((vram, i) => [`n${i}`, ["gpu", { vram }]] as const);
  const run = await bench.run(graph(Object.fromEntries(nodes) as unknown as Parameters<typeof graph>[0]));
  expect(run.status).toBe("SUCCEEDED");
  const held = new Map<string, number>();
  const most = new Map<string, number>();
  for (const line of await bench.ran()) {
    const [, seen, sign, vram] = /^gpu (\d) ([+-]) ([\d.]+)$/.exec(line)!;
    held.set(seen!, (held.get(seen!) ?? 0) + Number(vram) * (sign === "+" ? 1 : -1));
    most.set(seen!, Math.max(most.get(seen!) ?? 0, held.get(seen!)!));
  }
  expect([...most.keys()].sort()).toEqual(["0", "1"]);
  for (const vram of most.values()) expect(vram).toBeLessThanOrEqual(10);
  expect([...held.values()]).toEqual([0, 0]);
  await bench.close();
});
