import { hostname } from "node:os";
import { join } from "node:path";
import { tryStore } from "@/server/artifacts/index";
import { migrate } from "@/server/database/migrate";
import { env } from "@/server/env";
import { keepAlive } from "@/server/supervisor/child";
import { workerProgram } from "@/server/supervisor/index";
import { type Command, EXIT, UsageError } from "../command";
import { say } from "../output";

export const worker: Command = {
  summary: "A worker on this machine for a system elsewhere",
  usage: "[--name N] [--cpus N] [--gpus LIST]",
  positionals: [0, 0],
  options: { name: { type: "string" }, cpus: { type: "string" }, gpus: { type: "string" } },
  help: {
    "--name N": "as it is called on the dashboard (the machine's name)",
    "--cpus N": "threads to offer (all but none held back)",
    "--gpus LIST": "indexes of the GPUs to offer, as in 0,1; none to offer none",
  },
  run: async (args) => {
    const settings = env();
    if (!settings.databaseUrl) {
      throw new UsageError(
        "A worker needs DATABASE_URL, the database of the system it works for, as in DATABASE_URL=postgresql://telar:secret@db.example.org:5432/telar.",
      );
    }
    if (!process.env.TELAR_ARTIFACTS) {
      throw new UsageError(
        "A worker needs TELAR_ARTIFACTS, a store that the system reaches too: a shared folder, or s3://bucket/prefix.",
      );
    }
    const cpus = args.text("cpus");
    if (cpus !== undefined && !/^[1-9]\d*$/.test(cpus)) throw new UsageError("--cpus takes a number from 1.");
    const gpus = args.text("gpus");
    if (gpus !== undefined && !/^(none|\d+(,\d+)*)$/.test(gpus))
      throw new UsageError("--gpus takes indexes, as in --gpus 0,1, or none.");
    await tryStore(settings);
    await migrate(settings.databaseUrl, join(settings.root, "prisma/migrations"));
    const name = args.text("name") ?? hostname();
    const child = keepAlive(
      {
        ...workerProgram(settings),
        env: {
          TELAR_WORKER_NAME: name,
          ...(cpus ? { TELAR_WORKER_THREADS: cpus } : {}),
          ...(gpus ? { TELAR_WORKER_GPUS: gpus, CUDA_VISIBLE_DEVICES: gpus === "none" ? "" : gpus } : {}),
        },
      },
      (code) => say(`The worker ended with ${code} and is started again.`),
    );
    say(`Worker ${name} waits for work. Ctrl-C stops it.`);
    await new Promise<void>((done) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
    });
    await child.stop();
    return EXIT.done;
  },
};
