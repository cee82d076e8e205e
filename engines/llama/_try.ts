import { testGguf } from "./_testing/model";
import { loadModel } from "./model";
import { ggufLoss } from "./loss";
for (const q of ["Q4_0","F16"] as const) { const p=await testGguf(q);
let t=performance.now(); const m=await loadModel(p,{contextLength:1024,parallel:4,threads:1}); const load=performance.now()-t;
const run=async(prompt:any,max:number)=>{t=performance.now(); let first=0; const g=m.stream(prompt,{maxTokens:max,temperature:0}); let n=await g.next(); first=performance.now()-t; while(!n.done) n=await g.next(); return {first,...n.value,ms:performance.now()-t}};
await run("warm up please",4);
const a=await run([{role:"user",content:"Count from one to one hundred in words."}],100);
t=performance.now(); const many=await Promise.all([1,2,3,4].map(i=>run([{role:"user",content:`Count from ${i} to one hundred in words.`}],100))); const all=performance.now()-t;
const long=await run("The history of the loom is long. ".repeat(100),1);
console.log(q,"load",load|0,"ttft",a.first|0,"tok/s",(a.completionTokens/(a.ms-a.first)*1000).toFixed(1),"4 parallel tok/s",(many.reduce((s,x)=>s+x.completionTokens,0)/all*1000).toFixed(1),"prompt",long.promptTokens,"tok",(long.promptTokens/long.ms*1000).toFixed(0),"tok/s");
await m.dispose();
const rows=Array.from({length:32},(_,i)=>{const ids=Array.from({length:200},(_,j)=>300+((i*977+j*131)%4000)); return {row:`${i}`,ids,mask:ids.map((_,j)=>j>100?1:0)}});
for (const threads of [1,2]) { t=performance.now(); await ggufLoss({modelPath:p,rows,threads}); console.log(q,"loss threads",threads,(6400/(performance.now()-t)*1000).toFixed(0),"tok/s (half counted)"); } }
