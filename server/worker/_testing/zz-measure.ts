import { readdirSync, readFileSync } from "node:fs";
import { followEvents } from "@/server/runs/read-events";
import { graph, testBench } from "./test-bench";

function cpu(match: RegExp) {
  let t = 0;
  for (const p of readdirSync("/proc")) {
    if (!/^\d+$/.test(p)) continue;
    try {
      const c = readFileSync(`/proc/${p}/cmdline`, "utf8");
      if (!match.test(c)) continue;
      const st = readFileSync(`/proc/${p}/stat`, "utf8");
      const f = st.slice(st.lastIndexOf(")") + 2).split(" ");
      t += (Number(f[11]) + Number(f[12])) * 10;
    } catch {}
  }
  return t;
}
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
  const h0 = cpu(/stub-host/),
    p0 = cpu(new RegExp("postgres: .*t_" + process.pid));
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
  console.log(
    shape,
    "cold",
    (cold / n).toFixed(1),
    "cpu: host",
    ((cpu(/stub-host/) - h0) / n).toFixed(1),
    "pg",
    ((cpu(new RegExp("postgres: .*t_" + process.pid)) - p0) / n).toFixed(1),
    "worker",
    ((c.user + c.system) / 1000 / n).toFixed(1),
    "cached start",
    started.toFixed(0),
    "all",
    warm.toFixed(0),
  );
}
await bench.close();
process.exit(0);
