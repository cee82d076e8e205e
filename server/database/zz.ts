import { startEmbedded } from "./embedded";
const t = performance.now();
const db = await startEmbedded({ dir: process.argv[2]!, logFile: process.argv[2] + ".log" });
console.log(db.url, db.pid, db.started, Math.round(performance.now() - t));
await db.stop();
process.exit(0);
