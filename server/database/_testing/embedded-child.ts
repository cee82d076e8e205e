/** A process of its own that starts the database in a folder, says so and waits to leave. */
import { startEmbedded } from "../embedded";

const [dir, logFile] = process.argv.slice(2) as [string, string];
const database = await startEmbedded({ dir, logFile });
process.send?.({ started: database.started, pid: database.pid });
process.on("message", async () => {
  await database.stop();
  process.exit(0);
});
