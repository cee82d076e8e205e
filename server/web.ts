/** What the web process holds: one pool, one auth, whatever number of bundles load this file. */

import type { RunEngine } from "@/server/runs/commit";
import { createListener, type Listener } from "@/server/runs/watch";
import { type BlobStore, createStore } from "./artifacts";
import { type Auth, createAuth } from "./auth/auth";
import { currentMember } from "./auth/current-member";
import { createOpenStreams, type OpenStreams } from "./auth/open-streams";
import { authSecret } from "./auth/secret";
import { createPool, type Pool } from "./db";
import { createEngine } from "./engine";
import { type Env, env, localWebOrigin } from "./env";
import { createPrisma, type Prisma } from "./prisma";

export type Web = {
  env: Env;
  pool: Pool;
  prisma: Prisma;
  auth: Auth;
  listener: Listener;
  engine: RunEngine;
  store: BlobStore;
  streams: OpenStreams;
};

type Connections = Pick<Web, "pool" | "prisma" | "listener">;

const shared = globalThis as {
  telarConnections?: Connections;
  telarWeb?: Promise<Web> | undefined;
};
/** While developing, an edit loads this file anew: kinds and engine are those of the edit, the connections stay. */
const held: Pick<typeof shared, "telarWeb"> = process.env.NODE_ENV === "development" ? {} : shared;

export function web(): Promise<Web> {
  held.telarWeb ??= start().catch((error) => {
    held.telarWeb = undefined;
    throw error;
  });
  return held.telarWeb;
}

async function start(): Promise<Web> {
  const settings = env();
  const url = settings.databaseUrl;
  if (!url) throw new Error("The web app needs DATABASE_URL; `npm start` sets it for the embedded database.");
  const { pool, prisma, listener } = connections(url);
  const auth = createAuth({
    prisma,
    secret: await authSecret(settings),
    origin: webOrigin(settings),
    port: settings.port,
  });
  const store = createStore(settings);
  const streams = createOpenStreams(
    (asking) => currentMember({ auth, prisma, env: settings }, asking),
    listener,
  );
  return {
    env: settings,
    pool,
    prisma,
    auth,
    listener,
    engine: createEngine(pool, store),
    store,
    streams,
  };
}

function connections(url: string): Connections {
  if (!shared.telarConnections) {
    const pool = createPool(url, { name: "telar-web" });
    shared.telarConnections = { pool, prisma: createPrisma(pool), listener: createListener(url) };
  }
  return shared.telarConnections;
}

/** Where browsers reach the web app. */
export function webOrigin({ publicUrl, host, port }: Pick<Env, "publicUrl" | "host" | "port">): string {
  return publicUrl ? new URL(publicUrl).origin : localWebOrigin({ host, port });
}
