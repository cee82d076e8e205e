import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createSignInLink } from "@/server/auth/create-sign-in-link";
import { createPool } from "@/server/db";
import { type Env, env, localWebOrigin } from "@/server/env";
import { ensureFirstGraph } from "@/server/graphs/ensure-first-graph";
import { instanceId } from "@/server/instance";
import { createPrisma } from "@/server/prisma";
import { openDatabase, startSystem } from "@/server/supervisor/index";
import { type Command, EXIT, UsageError } from "../command";
import { print, say } from "../output";

/** Children of a supervisor that is gone end within 1.5 s, and a little more on a busy machine. */
const LIFELINE_MS = 2_500;

export const up: Command = {
  summary: "Start the whole system and print a link to sign in",
  usage: "[--port N] [--dev]",
  positionals: [0, 0],
  options: { port: { type: "string" }, dev: { type: "boolean" } },
  help: {
    "--port N": "port of the web app (3000); the gateway keeps TELAR_GATEWAY_PORT",
    "--dev": "pages from their sources, and parts started again when they are built anew (npm run dev)",
  },
  run: async (args) => {
    if (args.text("port")) process.env.TELAR_PORT = args.text("port");
    const settings = env();
    if (await staysUp(settings)) return linkToRunning(settings);
    await refuseTakenPorts(settings);
    const ended = whenAsked();
    say("Starting…");
    const log = (message: string) => say(message);
    const dev = args.flag("dev");
    const system = await startSystem({ env: settings, parts: ["worker", "gateway", "web"], log, dev });
    try {
      print(await signInLink(settings, system.databaseUrl));
      say("Open the link to sign in; it works once, for 15 minutes. Ctrl-C stops everything.");
      await ended;
      say("Stopping…");
    } finally {
      await system.stop();
    }
    return EXIT.done;
  },
};

const originOf = (settings: Env) => settings.publicUrl ?? localWebOrigin(settings);

async function signInLink(settings: Env, databaseUrl: string): Promise<string> {
  const pool = createPool(databaseUrl, { max: 2, name: "telar-up" });
  const prisma = createPrisma(pool);
  try {
    const graphId = await ensureFirstGraph(prisma, settings);
    const link = new URL(await createSignInLink({ prisma, origin: originOf(settings) }));
    if (graphId) link.searchParams.set("to", `/g/${graphId}`);
    return link.href;
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
}

/** Telar already runs on this home: a fresh link is all that is missing. */
async function linkToRunning(settings: Env): Promise<number> {
  const database = await openDatabase(settings);
  try {
    print(await signInLink(settings, database.url));
    say(`Telar already runs at ${originOf(settings)}. The link signs you in once.`);
    return EXIT.done;
  } finally {
    await database.close();
  }
}

/** When a supervisor is killed its web app answers for another moment: only one that goes on answering is there. */
async function staysUp(settings: Env): Promise<boolean> {
  if (!(await answers(settings))) return false;
  await sleep(LIFELINE_MS);
  return answers(settings);
}

/** Whether the port is answered by Telar on the same home. */
async function answers(settings: Env): Promise<boolean> {
  const url = `${localWebOrigin(settings)}/api/health`;
  const response = await fetch(url, { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
  const body = (await response?.json().catch(() => undefined)) as { instance?: string } | undefined;
  return body?.instance === instanceId(settings);
}

async function refuseTakenPorts({ host, port, gatewayPort }: Env): Promise<void> {
  for (const [number, name, how] of [
    [port, "web app", "--port N or TELAR_PORT"],
    [gatewayPort, "gateway", "TELAR_GATEWAY_PORT"],
  ] as const) {
    if (await isTaken(host, number)) {
      throw new UsageError(
        `Port ${number} of the ${name} is taken by another program. Stop that one, or choose a port with ${how}.`,
      );
    }
  }
}

async function isTaken(host: string, port: number): Promise<boolean> {
  // A Telar that is just stopping frees its port within moments.
  for (let attempt = 0; attempt < 10; attempt++) {
    const free = await new Promise<boolean>((done) => {
      const server = createServer();
      server.once("error", () => done(false));
      server.listen(port, host, () => server.close(() => done(true)));
    });
    if (free) return false;
    await sleep(200);
  }
  return true;
}

function whenAsked(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
  });
}
