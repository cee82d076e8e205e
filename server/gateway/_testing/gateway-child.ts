/** A gateway of a test in a process of its own, to be killed: prints its address and its model's process id. */
import { serveTestGateway } from "./serve";

const gateway = await serveTestGateway({ process: { entry: { file: process.argv[2]! } } });
const { backend } = await gateway.backends.use({ id: "d1", digest: "sha256:a", name: "smol" });
process.stdout.write(`${JSON.stringify({ url: gateway.url, pid: (backend as { pid?: number }).pid })}\n`);
