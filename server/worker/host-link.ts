/** What a job host has of its worker. */
import type { Catalogue } from "@/graph/define-node";
import type { AnyRunner } from "@/graph/runner";
import type { BlobStore } from "@/server/artifacts/store";
import type { Asks, HostConfig, JobEvent } from "./messages";

export type HostLink = HostConfig & {
  store: BlobStore;
  catalogue: Catalogue;
  loadRunner: (kind: string) => Promise<AnyRunner>;
  ask<W extends keyof Asks>(what: W, question: Asks[W]["ask"]): Promise<Asks[W]["answer"]>;
  say(event: JobEvent): void;
  /** A process that the job started has held so many bytes at most. */
  held(bytes: number): void;
};
