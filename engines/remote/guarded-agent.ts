/** Connections to addresses that a graph names: only to those that `allow` lets through. */
import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import type { Agent } from "undici";
import { Failure } from "@/graph/problems";

export type AgentTimes = {
  /** A server that sends nothing for this long is given up. */
  silentMs: number;
  connectMs?: number;
};

/** Connections are refused by the address that was really looked up, so that a name cannot change its mind. */
export async function guardedAgent(
  url: URL,
  allow: (address: string) => boolean,
  { silentMs, connectMs }: AgentTimes,
): Promise<Agent> {
  const { Agent } = await import("undici");
  const guarded: LookupFunction = (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return done(error, "", 0);
      const bad = found.find(({ address }) => !allow(address));
      if (bad || !found[0]) return done(privateAddress(url), "", 0);
      if (options.all) done(null, found);
      else done(null, found[0].address, found[0].family);
    });
  return new Agent({
    connect: { lookup: guarded, ...(connectMs && { timeout: connectMs }) },
    bodyTimeout: silentMs,
    headersTimeout: silentMs,
  });
}

export const privateAddress = (url: URL) => new Failure("INVALID_INPUT", "url-private", { path: url.href });
