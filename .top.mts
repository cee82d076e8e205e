import { readFileSync } from "node:fs";
import { openModel } from "./engines/llama/open";
const { seqs, top } = JSON.parse(readFileSync("/tmp/telar/parity/top1.json","utf8"));
const rows = JSON.parse(readFileSync("/tmp/telar/parity/rows.json","utf8")); const py = JSON.parse(readFileSync("/tmp/telar/parity/py.json","utf8"));
const model = await openModel("/tmp/telar/model-f16.gguf");
let bad: number[] = []; rows.forEach((r: string, i: number) => { const ids = [...model.tokenize(r, true)]; if (JSON.stringify(ids) !== JSON.stringify(py.ids[i])) bad.push(i); });
console.log("llama.cpp ids differ", bad.length, "of", rows.length); for (const i of bad.slice(0,5)) console.log(JSON.stringify(rows[i]).slice(0,100), model.tokenize(rows[i], true).join(" ").slice(0,150), "|", py.ids[i].join(" ").slice(0,150));
const context = await model.createContext({ contextSize: 512, threads: 1 }); const s = context.getSequence();
let same = 0, n = 0;
for (const [i, ids] of seqs.entries()) { await s.clearHistory(); const r = await s.controlledEvaluate(ids.map((id: any) => [id, { generateNext: { token: true } }])); r.forEach((x: any, j: number) => { n++; if (x?.next?.token === top[i][j]) same++; }); }
console.log("top-1", same, n, (same/n*100).toFixed(2)+"%"); process.exit(0);
