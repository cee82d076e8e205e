import { createServer } from "node:net";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { createSignInLink } from "@/server/auth/create-sign-in-link";
import { createPool } from "@/server/db";
import { type Env, env, localWebOrigin } from "@/server/env";
import { ensureFirstGraph } from "@/server/graphs/ensure-first-graph";
import { type Owned, type Owner, ownHome, readOwner } from "@/server/home/own-home";
import { instanceId } from "@/server/instance";
import { createPrisma } from "@/server/prisma";
import { openDatabase, PartFailed, startSystem } from "@/server/supervisor/index";
import { type Command, EXIT, UsageError } from "../command";
import { print, say } from "../output";

/** A start takes seconds, with recovery of the database or pages from their sources some more. */
const WAIT_FOR_OWNER_MS = 180_000;
const LOOK_AT_OWNER_MS = 300;
/** An owner notices within half a second that its launcher is gone. */
const CONFIRM_MS = 1_200;

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
    const owned = await takeHome(settings);
    if (!("release" in owned)) return linkToRunning(settings, owned);
    if (owned.unguarded)
      say(`${settings.home} lies on a file system that cannot lock files: start no second Telar on it.`);
    const ended = whenAsked();
    void ended.then(owned.ending);
    try {
      await refuseTakenPorts(settings);
      say("Starting…");
      await serve(settings, args.flag("dev"), ended);
    } finally {
      owned.release();
    }
    return EXIT.done;
  },
};

async function serve(settings: Env, dev: boolean, ended: Promise<void>): Promise<void> {
  const log = (message: string) => say(message);
  const system = await startSystem({ env: settings, parts: ["worker", "gateway", "web"], log, dev }).catch(
    async (error) => {
      // Another program may have taken a port since it was looked at.
      if (error instanceof PartFailed) await refuseTakenPorts(settings);
      throw error;
    },
  );
  try {
    print(await signInLink(settings, system.databaseUrl));
    say("Open the link to sign in; it works once, for 15 minutes. Ctrl-C stops everything.");
    await ended;
    say("Stopping…");
  } finally {
    await system.stop();
  }
}

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

/**
 * The home is ours, or another process has it and answers. Of two that start at once one waits here until the other is up,
 * and takes its place should that one end instead.
 */
async function takeHome(settings: Env): Promise<Extract<Owned, { state: "owned" }> | Owner> {
  const addresses = { address: originOf(settings), local: localWebOrigin(settings) };
  const deadline = performance.now() + WAIT_FOR_OWNER_MS;
  for (let noted = false; ; noted = true) {
    const owned = await ownHome(settings, addresses);
    if (owned.state === "owned") return owned;
    const { by } = owned;
    if (by && by.host !== hostname())
      throw new UsageError(`Telar already runs on ${settings.home}: ${nameOf(by)}. ${INSTEAD}`);
    if (by && (await staysUp(by, settings))) return by;
    if (performance.now() > deadline) {
      const who = by ? nameOf(by) : "another process";
      throw new Error(`${settings.home} is held by ${who}, which does not answer. End it, then start again.`);
    }
    if (by && !noted)
      say(`Process ${by.pid} holds ${settings.home} and is just starting or stopping. Waiting for it…`);
    await sleep(LOOK_AT_OWNER_MS);
  }
}

const INSTEAD = "Stop it first, or give this one a home of its own with TELAR_HOME.";

const nameOf = ({ pid, host, since, address }: Owner) =>
  `process ${pid}${host === hostname() ? "" : ` on ${host}`}, since ${since}, at ${address}`;

/** Telar already runs on this home: a fresh link is all that is missing, unless another address was asked for. */
async function linkToRunning(settings: Env, owner: Owner): Promise<number> {
  const runs = `Telar already runs on ${settings.home}: ${nameOf(owner)}.`;
  if (owner.address !== originOf(settings)) throw new UsageError(`${runs} ${INSTEAD}`);
  const database = await openDatabase(settings);
  try {
    print(await signInLink(settings, database.url));
    say(`${runs} The link signs you in once.`);
    return EXIT.done;
  } finally {
    await database.close();
  }
}

/** One whose launcher was just killed answers for another moment, and then ends. */
async function staysUp(owner: Owner, settings: Env): Promise<boolean> {
  if (owner.ending || !(await answers(owner, settings))) return false;
  await sleep(CONFIRM_MS);
  const now = readOwner(settings);
  return now?.pid === owner.pid && !now.ending && (await answers(owner, settings));
}

/** Whether the owner's web app answers, for this home. */
async function answers({ local }: Owner, settings: Env): Promise<boolean> {
  const response = await fetch(`${local}/api/health`, { signal: AbortSignal.timeout(3000) }).catch(
    () => undefined,
  );
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
