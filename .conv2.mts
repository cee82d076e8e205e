import { huggingFaceToGguf } from "./engines/gguf/to-gguf";
const t = performance.now();
await huggingFaceToGguf(process.argv[2]!, process.argv[3]!, { type: "f16" });
console.log(((performance.now()-t)/1000).toFixed(1), "s", process.resourceUsage().maxRSS/1e3);
