/** A model in a process of its own, as a backend: a crash of the native library ends that process and not the gateway. */

import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { childEnv } from "@/engines/child-env";
import { Failure } from "@/graph/problems";
import type { ProgramEntry } from "../../../../program-entry";
import { MARK } from "../../../../worker/executors/local/end-processes";
import { type Channel, createChannel } from "../../../channel";
import { limits } from "../../../limits";
import type { Backend, Call, JsonObject, Reply, Usage } from "../../backend";
import type { StartOptions } from "../../backend-store";
import { ignoredBy } from "../check-request";
import { exitFailure, lostFailure } from "./exit-failure";
import type { FromModel, LoadOrder, Operation, ToModel } from "./messages";
import { unpackError } from "./sent-error";
import { machineThreads } from "./thread-shares";
import { createWatch, type WatchLimits } from "./watch";

export type ProcessOptions = {
  entry: ProgramEntry;
  logsDir: string;
  /** Bytes that the process may hold at most, whatever the model says it needs. */
  memoryBytes: number;
  watch?: Partial<WatchLimits>;
};

type Stream = Channel<JsonObject, Usage | undefined>;
type Ask = { resolve(reply: Reply): void; reject(error: unknown): void; stream?: Stream };

/** Resolves when the model is loaded. @throws Failure `model-aborts-at-load`, and what `loadModel` throws */
export async function startProcess(
  order: LoadOrder,
  { entry, logsDir, memoryBytes, watch: watchLimits }: ProcessOptions,
  { signal, onGone, onDoubt = () => {} }: StartOptions,
): Promise<Backend & { readonly pid: number }> {
  mkdirSync(logsDir, { recursive: true });
  const logFile = join(logsDir, `model-${process.pid}-${randomBytes(4).toString("hex")}.log`);
  const child = spawn(entry, logFile);
  const asks = new Map<number, Ask>();
  let nextId = 1;
  let loaded = false;
  let closing = false;
  let ended = false;
  let reason: Failure | undefined;

  const send = (message: ToModel) => {
    if (child.connected) child.send(message, () => {});
  };
  const failAsks = (failure: Failure) => {
    const lost = lostFailure(failure);
    for (const ask of asks.values()) {
      ask.reject(lost);
      ask.stream?.fail(lost);
    }
    asks.clear();
    seat.leave();
  };
  /** What waits is told at once: a process that hangs in the kernel may take its time to go. */
  const kill = (failure: Failure) => {
    reason ??= failure;
    failAsks(reason);
    child.kill("SIGKILL");
  };
  const watch = createWatch({
    limits: { ...limits.process, ...watchLimits },
    isWorking: () => !loaded || asks.size > 0,
    ping: () => send({ type: "ping" }),
    kill,
    onDoubt: () => {
      if (loaded && !closing && !reason) onDoubt();
    },
    memoryBytes,
  });
  const seat = machineThreads.join((count) => send({ type: "threads", count }));
  const counted = () => seat.setBusy(asks.size > 0);

  const gone = new Promise<void>((resolve) => {
    const end = (code: number | null, sign: string | null) => {
      if (ended) return;
      ended = true;
      watch.stop();
      const failure = reason ?? exitFailure({ code, signal: sign, tail: takeTail(logFile), loaded });
      reason = failure;
      failAsks(failure);
      resolve();
      if (loaded && !closing) onGone(failure);
    };
    child.once("exit", end);
    child.once("error", () => end(null, null));
  });

  child.stdin?.on("error", () => {});

  const close = async () => {
    closing = true;
    child.kill("SIGKILL");
    await gone;
  };

  function ask(operation: Operation, body: JsonObject, call: Call): Promise<Reply> {
    if (reason || ended) return Promise.reject(lostFailure(reason ?? stopped()));
    if (call.signal.aborted) return Promise.reject(call.signal.reason);
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const one: Ask = { resolve, reject };
      asks.set(id, one);
      counted();
      // It stays counted until the process says that it has ended.
      call.signal.addEventListener(
        "abort",
        () => {
          if (!asks.has(id)) return;
          send({ type: "abort", id });
          reject(call.signal.reason);
          one.stream?.fail(call.signal.reason);
        },
        { once: true },
      );
      send({ type: "ask", id, operation, body });
    });
  }

  function heard(message: Exclude<FromModel, { type: "loaded" | "not-loaded" | "alive" }>): void {
    const one = asks.get(message.id);
    if (!one) return;
    if (message.type === "streams") {
      one.stream = createChannel();
      one.resolve({ chunks: one.stream.read() });
      return;
    }
    if (message.type === "chunk") {
      one.stream?.push(message.value);
      return;
    }
    asks.delete(message.id);
    counted();
    if (message.type === "whole") one.resolve({ whole: message.value });
    else if (message.type === "end") one.stream?.end(message.usage);
    else {
      const error = unpackError(message.error);
      one.reject(error);
      one.stream?.fail(error);
    }
  }

  const memory = await new Promise<number>((resolve, reject) => {
    const giveUp = () => {
      void close();
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    void gone.then(() => reject(reason));
    child.on("message", (message: FromModel) => {
      watch.heard();
      if (message.type === "alive") watch.alive(message);
      else if (message.type === "loaded") {
        loaded = true;
        signal.removeEventListener("abort", giveUp);
        resolve(message.memoryBytes);
      } else if (message.type === "not-loaded") {
        closing = true;
        child.kill("SIGKILL");
        reject(unpackError(message.error));
      } else heard(message);
    });
    send({ type: "load", order });
    if (signal.aborted) giveUp();
  });
  watch.grownTo(memory);

  const { parallel } = order.config;
  return {
    pid: child.pid!,
    chat: (body, call) => ask("chat", body, call),
    completions: (body, call) => ask("completions", body, call),
    async embeddings(body, call) {
      const reply = await ask("embeddings", body, call);
      if ("whole" in reply) return reply.whole;
      throw new Error("Embeddings came as a stream.");
    },
    async health() {
      if (reason || ended) throw reason ?? stopped();
      if (watch.doubt === undefined) return;
      const seconds = Math.round(watch.doubt / 1000);
      throw new Failure("UNAVAILABLE", "model-process-quiet", { seconds });
    },
    ignored: ignoredBy,
    get load() {
      return { busy: Math.min(asks.size, parallel), waiting: Math.max(0, asks.size - parallel) };
    },
    memoryBytes: memory,
    close,
  };
}

const stopped = () => new Failure("UNAVAILABLE", "model-process-ended", { how: "SIGKILL" });

function spawn(entry: ProgramEntry, logFile: string): ChildProcess {
  const log = openSync(logFile, "w");
  try {
    return fork(entry.file, [], {
      execArgv: [...(entry.execArgv ?? []), `--max-old-space-size=${limits.process.heapMegabytes}`],
      // The open stdin is the lifeline: it closes with this process, even on kill -9. A stopped process sees nothing of that:
      // by its mark the next gateway ends it. A stack of the native library would be printed by a debugger that it starts.
      env: {
        ...childEnv(["machine", "node"]),
        ...entry.env,
        TELAR_SUPERVISED: "1",
        GGML_NO_BACKTRACE: "1",
        [MARK]: `${process.pid}-${randomBytes(8).toString("hex")}`,
      },
      stdio: ["pipe", log, log, "ipc"],
    });
  } finally {
    closeSync(log);
  }
}

/** What it wrote last; the file goes with the process. */
function takeTail(logFile: string): string {
  try {
    return readFileSync(logFile, "utf8").slice(-limits.process.tailChars);
  } catch {
    return "";
  } finally {
    rmSync(logFile, { force: true });
  }
}
