import type { Command } from "../command";
import { get, preview } from "./artifacts";
import { check } from "./check";
import { doctor } from "./doctor";
import { gc } from "./gc";
import { nodes } from "./nodes";
import { plan } from "./plan";
import { pull } from "./pull";
import { quota } from "./quota";
import { retry, run } from "./run";
import { cancel, logs, runs, show } from "./runs";
import { chat, deployments } from "./serving";
import { up } from "./up";
import { worker } from "./worker";

export const commands = {
  up,
  worker,
  run,
  check,
  plan,
  show,
  runs,
  cancel,
  retry,
  logs,
  get,
  preview,
  pull,
  nodes,
  deployments,
  chat,
  doctor,
  gc,
  quota,
} satisfies Record<string, Command>;

export type CommandName = keyof typeof commands;
