/** The main program of a job host: takes one job at a time from its worker. */
import type { Catalogue } from "@/graph/define-node";
import type { AnyRunner } from "@/graph/runner";
import { createStore } from "@/server/artifacts/index";
import { MARK } from "./executors/local/end-processes";
import { endGroup, watchWorker } from "./executors/local/watchdog";
import type { HostLink } from "./host-link";
import * as limits from "./limits";
import type { Asks, EventFailure, FromHost, HostConfig, JobEvent, JobSpec, ToHost } from "./messages";
import { runJob } from "./run-job";
import { describeError } from "./thrown";

export type JobHostDeps = {
  catalogue: Catalogue;
  loadRunner: (kind: string) => Promise<AnyRunner>;
};

export function serveJobs(deps: JobHostDeps): void {
  const send = (message: FromHost) => void process.send?.(message);
  process.on("disconnect", endGroup);
  endWithoutWorker();
  // A file that grows past the limit is an error of the write, not the end of the host.
  process.on("SIGXFSZ", () => {});
  // Ctrl-C in a terminal is for the supervisor; the worker tells its hosts what to do.
  process.on("SIGINT", () => {});
  setInterval(() => send({ type: "rss", bytes: process.memoryUsage.rss() }), limits.rssMs).unref();

  let config: HostConfig | undefined;
  let abort: AbortController | undefined;
  const waiting = new Map<number, { done(value: unknown): void; fail(failure: EventFailure): void }>();
  let nextId = 1;

  const ask = <W extends keyof Asks>(what: W, question: Asks[W]["ask"]) =>
    new Promise<Asks[W]["answer"]>((done, refuse) => {
      const id = nextId++;
      waiting.set(id, {
        done: (value) => done(value as Asks[W]["answer"]),
        fail: ({ code, reason, values }) => refuse(describeError.failure(code, reason, values)),
      });
      send({ type: "ask", id, what, ask: question });
    });

  const crash = (error: unknown) => {
    const { failure, detail } = describeError(error);
    process.send?.(
      { type: "failed", failure, detail, aborted: false, peakBytes: peak() } satisfies FromHost,
      () => endGroup(),
    );
    if (!process.connected) endGroup();
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);

  const start = async (job: JobSpec, settings: HostConfig) => {
    const controller = new AbortController();
    abort = controller;
    let held = 0;
    const speaker = batch((events) => send({ type: "events", events }));
    const link: HostLink = {
      ...settings,
      store: createStore(settings, { pins: true }),
      ask,
      say: speaker.say,
      held: (bytes) => {
        held = Math.max(held, bytes);
      },
      ...deps,
    };
    try {
      const outputs = await runJob(job, link, controller.signal);
      speaker.flush();
      send({ type: "done", outputs, peakBytes: Math.max(peak(), held) });
    } catch (error) {
      speaker.flush();
      send({
        type: "failed",
        ...describeError(error, placeOf(settings)),
        aborted: controller.signal.aborted,
        peakBytes: Math.max(peak(), held),
      });
    }
  };

  process.on("message", (message: ToHost) => {
    if (message.type === "init") {
      config = message.config;
      watchWorker(message.config);
    } else if (message.type === "job" && config) void start(message.job, config);
    else if (message.type === "abort") abort?.abort();
    else if (message.type === "answer" || message.type === "refusal") {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.type === "answer") asked?.done(message.value);
      else asked?.fail(message.failure);
    }
  });
  send({ type: "ready" });
}

/** A worker that was killed while its host was still loading sends no word, and its channel's end was heard by nobody. */
function endWithoutWorker(): void {
  const worker = Number.parseInt(process.env[MARK] ?? "", 10);
  if (!worker) return;
  const look = () => {
    if (process.ppid !== worker) endGroup();
  };
  look();
  setInterval(look, limits.watchMs).unref();
}

const placeOf = ({ artifacts }: HostConfig) =>
  artifacts.kind === "local" ? artifacts.dir : artifacts.cacheDir;

/** Kilobytes on Linux and macOS both, as libuv gives it. */
const peak = () => process.resourceUsage().maxRSS * 1024;

/** What a job says in one turn of the event loop travels as one message. */
function batch(send: (events: JobEvent[]) => void) {
  let events: JobEvent[] = [];
  const flush = () => {
    if (events.length) send(events);
    events = [];
  };
  return {
    flush,
    say: (one: JobEvent) => {
      if (!events.length) setImmediate(flush);
      events.push(one);
    },
  };
}
