import { graph, testBench } from "./test-bench";
const bench = await testBench();
const shape = process.argv[2] ?? "chain";
const n = Number(process.argv[3] ?? 100);
await bench.worker({ machine: { threads: 2, memoryBytes: 8e9, gpus: [] } });
const make = (salt: string) => {
  const nodes: any = {}; const wires: string[] = [];
  for (let i = 0; i < n; i++) { nodes[`n${i}`] = i ? ["step", { tag: `${salt}${i}`, constant: false }] : ["source", { text: salt }];
    if (i) wires.push(`n${shape === "chain" ? i - 1 : Math.floor((i - 1) / 3)}.data > n${i}.data`); }
  return graph(nodes, ...wires);
};
await bench.run(make("warm").nodes.length ? graph({ a: ["source", { text: "w" }] }) : graph({}));
for (const salt of ["x", "y"]) {
  let t = performance.now();
  const r = await bench.run(make(salt)); const cold = performance.now() - t;
  t = performance.now(); const id = await bench.start(make(salt)); const started = performance.now() - t; const r2 = await bench.finished(id); const warm = performance.now() - t;
  console.log(salt, shape, r.status, `cold ${cold.toFixed(0)} ms = ${(cold / n).toFixed(1)} ms/node`, r2.status, r2.nodes.filter(x=>x.status==='CACHED').length, `cached start ${started.toFixed(0)} all ${warm.toFixed(0)} ms`);
}
await bench.close();
process.exit(0);
