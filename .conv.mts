import { ggufToHuggingFace } from "./engines/gguf/to-hugging-face";
const t = performance.now();
await ggufToHuggingFace(process.argv[2]!, process.argv[3]!);
console.log(((performance.now()-t)/1000).toFixed(1), "s", process.memoryUsage().rss/1e6, process.resourceUsage().maxRSS/1e3);
