import { followEvents } from "@/server/runs/read-events";
import { graph, testBench } from "./test-bench";

const bench = await testBench();
const shape = process.argv[2] ?? "chain";
const n = Number(process.argv[3] ?? 100);
await bench.worker({ machine: { threads: 2, memoryBytes: 8e9, gpus: [] } });
const make = (salt: string) => {
  const nodes: any = {};
  const wires: string[] = [];
  for (let i = 0; i < n; i++) {
    nodes[`n${i}`] = i ? ["step", { tag: `${salt}${i}`, constant: false }] : ["source", { text: salt }];
    if (i) wires.push(`n${shape === "chain" ? i - 1 : Math.floor((i - 1) / 3)}.data > n${i}.data`);
  }
  return graph(nodes, ...wires);
};
const wait = async (id: string) => {
  for await (const _ of followEvents(bench, id));
};
await bench.run(graph({ a: ["source", { text: "w" }] }));
for (const salt of ["x", "y", "z"]) {
  const c0 = process.cpuUsage();
  let t = performance.now();
  await wait(await bench.start(make(salt)));
  const cold = performance.now() - t;
  const c = process.cpuUsage(c0);
  t = performance.now();
  const id = await bench.start(make(salt));
  const started = performance.now() - t;
  await wait(id);
  const warm = performance.now() - t;
  const T = (globalThis as any).T;
  console.log(Object.fromEntries(Object.entries(T).map(([k, v]) => [k, ((v as number) / T.n).toFixed(1)])));
  (globalThis as any).T = {};
  console.log(
    salt,
    shape,
    `cold ${cold.toFixed(0)} ms = ${(cold / n).toFixed(1)} ms/node; worker cpu ${((c.user + c.system) / 1000 / n).toFixed(2)} ms/node`,
    `cached start ${started.toFixed(0)} all ${warm.toFixed(0)} ms`,
  );
}
await bench.close();
process.exit(0);
