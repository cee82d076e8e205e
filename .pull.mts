import { pullModel } from "./engines/hub/pull";
const t = performance.now();
const r = await pullModel(process.argv[2] ?? "SmolLM2-135M-Instruct", { modelsDir: ".telar/models", python: "python3", source: (process.argv[3] ?? "auto") as never, onProgress: (d,t,u)=>{ if (u==="bytes"||d%100===0) console.log(d,t,u)} }).catch(e=>e);
console.log(r, ((performance.now()-t)/1000).toFixed(1));
