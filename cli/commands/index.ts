/** Every command, loaded when it is called: none waits for what another needs. */
import type { Command } from "../command";

export const commands = {
  up: async () => (await import("./up")).up,
  worker: async () => (await import("./worker")).worker,
  run: async () => (await import("./run")).run,
  check: async () => (await import("./check")).check,
  plan: async () => (await import("./plan")).plan,
  show: async () => (await import("./runs")).show,
  runs: async () => (await import("./runs")).runs,
  cancel: async () => (await import("./runs")).cancel,
  retry: async () => (await import("./run")).retry,
  logs: async () => (await import("./runs")).logs,
  get: async () => (await import("./artifacts")).get,
  preview: async () => (await import("./artifacts")).preview,
  upload: async () => (await import("./upload")).upload,
  pull: async () => (await import("./pull")).pull,
  nodes: async () => (await import("./nodes")).nodes,
  deployments: async () => (await import("./serving")).deployments,
  chat: async () => (await import("./serving")).chat,
  doctor: async () => (await import("./doctor")).doctor,
  gc: async () => (await import("./gc")).gc,
  key: async () => (await import("./key")).key,
  secret: async () => (await import("./secret")).secret,
  quota: async () => (await import("./quota")).quota,
} satisfies Record<string, () => Promise<Command>>;

export type CommandName = keyof typeof commands;
