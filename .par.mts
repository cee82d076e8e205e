import { readFileSync } from "node:fs";
import { loadTokenizer } from "./engines/tokenizer/load";
const P="/tmp/telar/parity/"; const read=(n:string)=>JSON.parse(readFileSync(P+n,"utf8"));
const rows=read("rows.json"), conv=read("conv.json"), py=read("py.json");
const t=await loadTokenizer("/tmp/telar/model-hf");
const same=(a:any,b:any)=>JSON.stringify(a)===JSON.stringify(b);
const ids=await t.encodeBatch(rows,{special:false});
console.log("ids differ", rows.filter((_:any,i:number)=>!same(ids[i],py.ids[i])).length,"of",rows.length);
let d=0; for (const [i,c] of conv.entries()) for (const g of [0,1]) if (t.renderChat(c,{addGenerationPrompt:!!g})!==py.text[i][g]) d++;
console.log("text differ",d);
const enc=await t.encodeChats(conv);
console.log("chat ids differ", enc.filter((e:any,i:number)=>!same(e.ids,py.chat[i])).length);
for (const i of [10,11,12,13,14,15]) { const e:any=enc[i]; console.log(JSON.stringify(await t.decode(e.ids.filter((_:any,j:number)=>e.mask[j])))); }
const dec=await Promise.all(ids.map(x=>t.decode(x))); console.log("decode differ", dec.filter((x,i)=>x!==py.decoded[i]).length);
const many=Array.from({length:2000},(_,i)=>conv[i%conv.length]); const t0=performance.now(); const r=await t.encodeChats(many); const n=r.reduce((s,x:any)=>s+x.ids.length,0); console.log("tokens/s",(n/(performance.now()-t0)*1000).toFixed(0));
