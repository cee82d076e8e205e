/** The main program of a model's process: loads one model, then answers what the gateway sends. */
import { writeFileSync } from "node:fs";
import { loadModel } from "@/engines/llama/model";
import { endWithParent } from "../../../../end-with-parent";
import type { Backend } from "../../backend";
import { llamaBackend } from "../llama-backend";
import type { FromModel, LoadOrder, ToModel } from "./messages";
import { packError } from "./sent-error";

export function serveModel(): void {
  const send = (message: FromModel) => void process.send?.(message);
  // Nothing in here needs an orderly end, and libraries that crashed may hang in one.
  process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // Ctrl-C in a terminal is for the supervisor.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  endWithParent();
  volunteerForOutOfMemory();

  let steps = 0;
  let backend: Backend | undefined;
  let limitThreads: ((count: number) => void) | undefined;
  const running = new Map<number, AbortController>();

  async function load({ path, config, chatTemplate }: LoadOrder): Promise<void> {
    const { contextLength, parallel } = config;
    const onStep = () => {
      steps++;
    };
    try {
      const model = await loadModel(path, {
        contextLength,
        parallel,
        onStep,
        ...(chatTemplate !== undefined && { chatTemplate }),
      });
      backend = llamaBackend({ model, config });
      limitThreads = model.limitThreads;
      send({ type: "loaded", memoryBytes: model.memoryBytes });
    } catch (error) {
      send({ type: "not-loaded", error: packError(error) });
    }
  }

  async function answer({ id, operation, body }: Extract<ToModel, { type: "ask" }>): Promise<void> {
    const stop = new AbortController();
    running.set(id, stop);
    try {
      if (!backend) throw new Error("The model is not loaded yet.");
      const call = { signal: stop.signal };
      if (operation === "embeddings") {
        send({ type: "whole", id, value: await backend.embeddings(body, call) });
        return;
      }
      const reply = await backend[operation](body, call);
      if ("whole" in reply) {
        send({ type: "whole", id, value: reply.whole });
        return;
      }
      send({ type: "streams", id });
      let next = await reply.chunks.next();
      for (; !next.done; next = await reply.chunks.next()) send({ type: "chunk", id, value: next.value });
      send({ type: "end", id, usage: next.value });
    } catch (error) {
      send({ type: "error", id, error: packError(error) });
    } finally {
      running.delete(id);
    }
  }

  process.on("message", (message: ToModel) => {
    if (message.type === "load") void load(message.order);
    else if (message.type === "ask") void answer(message);
    else if (message.type === "threads") limitThreads?.(message.count);
    else if (message.type === "abort") running.get(message.id)?.abort(new Error("The request was given up."));
    else send({ type: "alive", rss: process.memoryUsage.rss(), steps });
  });
}

/** Linux ends the process with the highest score first: a model that can be started again, not the gateway or the database. */
function volunteerForOutOfMemory(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "500");
  } catch {}
}
