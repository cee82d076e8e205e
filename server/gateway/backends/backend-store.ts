/** Backends that run: started when first asked for, shared, started again when they end, closed when idle or when others need the room. */
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "@/graph/problems";
import { ApiError } from "../errors";
import { limits } from "../limits";
import type { Backend, JsonObject } from "./backend";
import { afterFailure, type Trouble } from "./restart";

/** A deployment, as far as its backend depends on it. */
export type Wanted = { id: string; teamId: string; digest: string; name: string };

export type StartOptions = {
  /** Aborts a start that nobody waits for any more. */
  signal: AbortSignal;
  /** Told when it ended by itself, or had to be ended. Requests under way have been failed by then. */
  onGone(failure: Failure): void;
  /** Told when it stops answering, and when it answers again: what was seen of it may be untrue now. */
  onDoubt?(): void;
};

/** What a backend is to be asked. */
export type Asked = { operation: "chat" | "completions" | "embeddings"; body: JsonObject };

/** What an endpoint says, read but not started. `bytes`: memory it is expected to take. */
export type Opened = {
  bytes: number;
  /** Whether it could answer such a request at all. @throws ApiError */
  check?(request: Asked): void;
  start(options: StartOptions): Promise<Backend>;
};

/** What became of a deployment's backend. */
export type News = { state: "STARTING" | "READY" } | { state: "FAILED"; failure: Failure };

export type BackendLease = { backend: Backend; release(): void };

export type BackendStore = {
  /**
   * `id` names the deployment; with another digest than before, the old backend goes when its last lease is released.
   * Nothing is started for a `request` that has no good form.
   */
  use(wanted: Wanted, request?: Asked): Promise<BackendLease>;
  /** Closes the backend of a stopped deployment as soon as nobody uses it. */
  retire(id: string): void;
  /** Asks a deployment's backend whether it can answer, and reports it. */
  check(id: string): Promise<void>;
  /** Forgets failures: a person asked for another try. */
  forgive(id: string): void;
  state(): { models: number; bytes: number; waiting: number };
  close(): Promise<void>;
};

export type BackendStoreOptions = {
  open(wanted: Wanted): Promise<Opened>;
  memoryBytes: number;
  idleMs: number;
  sweepMs: number;
  report?(wanted: Wanted, news: News): void;
  /** Told of every end that nobody asked for. */
  crashed?(wanted: Wanted, failure: Failure): void;
};

type Entry = Wanted & {
  ready: Promise<Backend>;
  backend?: Backend;
  /** Reserved from the moment it may load. */
  bytes: number;
  users: number;
  lastUsed: number;
  startsAt: number;
  readyAt: number;
  retired: boolean;
  /** What was reported last. */
  reported: string;
  stop: AbortController;
};

const now = () => performance.now();

export function createBackendStore(options: BackendStoreOptions): BackendStore {
  const { report = () => {}, crashed = () => {} } = options;
  const entries = new Set<Entry>();
  const current = new Map<string, Entry>();
  const troubles = new Map<string, Trouble & { digest: string; failure: Failure }>();
  const roomWaiters: (() => void)[] = [];
  let reserving: Promise<unknown> = Promise.resolve();
  let closed = false;

  const used = () => [...entries].reduce((sum, { bytes }) => sum + bytes, 0);
  const wakeWaiters = () => {
    for (const wake of roomWaiters.splice(0)) wake();
  };

  function remove(entry: Entry): void {
    entries.delete(entry);
    if (current.get(entry.id) === entry) current.delete(entry.id);
    entry.stop.abort(new ApiError(503, "model_stopped", `\`${entry.name}\` was stopped.`));
    wakeWaiters();
  }

  async function unload(entry: Entry): Promise<void> {
    entries.delete(entry);
    if (current.get(entry.id) === entry) current.delete(entry.id);
    await entry.backend?.close();
    remove(entry);
  }

  function release(entry: Entry): void {
    entry.users--;
    entry.lastUsed = now();
    if (entry.users === 0 && entry.retired) void unload(entry);
    else wakeWaiters();
  }

  function retireEntry(entry: Entry): void {
    entry.retired = true;
    if (current.get(entry.id) === entry) current.delete(entry.id);
    if (entry.users === 0) void unload(entry);
  }

  function noteFailure(entry: Entry, failure: Failure): Trouble {
    const before = troubles.get(entry.id);
    const livedMs = entry.readyAt ? now() - entry.readyAt : 0;
    const trouble = afterFailure(before?.digest === entry.digest ? before : undefined, now(), livedMs);
    troubles.set(entry.id, { ...trouble, digest: entry.digest, failure });
    return trouble;
  }

  /** It ended while it ran: those who use it have been told; it is started again after a pause. */
  function gone(entry: Entry, failure: Failure): void {
    if (!entries.has(entry)) return;
    crashed(entry, failure);
    const wasCurrent = current.get(entry.id) === entry;
    const { until } = noteFailure(entry, failure);
    remove(entry);
    if (wasCurrent && !entry.retired && !closed) enter(entry, until);
  }

  /** Unloads what is idle, longest unused first; waits for what is busy or loading. A backend alone is always tried. */
  async function makeRoom(bytes: number, signal: AbortSignal): Promise<void> {
    while (used() + bytes > options.memoryBytes && bytes > 0) {
      signal.throwIfAborted();
      const others = [...entries].filter((one) => one.bytes > 0);
      if (others.length === 0) return;
      const [idle] = others
        .filter(({ users, backend }) => users === 0 && backend)
        .sort((a, b) => a.lastUsed - b.lastUsed);
      if (idle) await unload(idle);
      else await new Promise<void>((resolve) => roomWaiters.push(resolve));
    }
  }

  async function start(entry: Entry): Promise<Backend> {
    const { signal } = entry.stop;
    report(entry, { state: "STARTING" });
    const wait = entry.startsAt - now();
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    const opened = await options.open(entry);
    const turn = reserving.then(async () => {
      await makeRoom(opened.bytes, signal);
      entry.bytes = opened.bytes;
    });
    reserving = turn.catch(() => {});
    await turn;
    signal.throwIfAborted();
    const backend = await opened.start({
      signal,
      onGone: (failure) => gone(entry, failure),
      onDoubt: () => void check(entry),
    });
    if (signal.aborted) {
      await backend.close();
      throw signal.reason;
    }
    entry.backend = backend;
    entry.bytes = backend.memoryBytes;
    entry.readyAt = now();
    wakeWaiters();
    await check(entry, true);
    return backend;
  }

  /** A backend that cannot answer now stays: its requests are told why, and later it may. */
  async function check(entry: Entry, always = false): Promise<void> {
    const news = await (
      entry.backend?.health(AbortSignal.timeout(limits.healthTimeoutMs)) ?? Promise.resolve()
    ).then(
      (): News => ({ state: "READY" }),
      (error): News => ({ state: "FAILED", failure: asFailure(error) }),
    );
    // Gone or replaced meanwhile: that has been reported.
    if (!entry.backend || current.get(entry.id) !== entry) return;
    const words = news.state === "FAILED" ? news.failure.message : news.state;
    if (always || words !== entry.reported) report(entry, news);
    entry.reported = words;
  }

  function enter({ id, teamId, digest, name }: Wanted, startsAt = 0): Entry {
    const entry: Entry = {
      id,
      teamId,
      digest,
      name,
      bytes: 0,
      users: 0,
      lastUsed: now(),
      startsAt,
      readyAt: 0,
      retired: false,
      reported: "",
      stop: new AbortController(),
      ready: undefined as unknown as Promise<Backend>,
    };
    entries.add(entry);
    current.set(id, entry);
    entry.ready = start(entry);
    entry.ready.catch((error) => {
      if (!entry.stop.signal.aborted) {
        const failure = asFailure(error);
        noteFailure(entry, failure);
        report(entry, { state: "FAILED", failure });
      }
      remove(entry);
    });
    return entry;
  }

  /** What is in the way of starting, or of waiting for a start. */
  function refuse({ id, digest, name }: Wanted): void {
    const trouble = troubles.get(id);
    if (!trouble || trouble.digest !== digest) return;
    const waits = trouble.until - now();
    const entry = current.get(id);
    if (!entry && waits > 0) throw trouble.failure;
    if (!entry || entry.backend || waits <= limits.patienceMs) return;
    const seconds = Math.ceil(waits / 1000);
    const message = `\`${name}\` ended unexpectedly and is started again in ${seconds} s. Send again then.`;
    throw new ApiError(503, "model_restarting", message);
  }

  const sweeper = setInterval(() => {
    for (const entry of entries) {
      // What takes no memory here has no reason to go.
      if (entry.bytes > 0 && entry.users === 0 && entry.backend && now() - entry.lastUsed > options.idleMs)
        void unload(entry);
    }
  }, options.sweepMs);
  sweeper.unref();
  const checks = setInterval(() => {
    for (const entry of current.values()) if (entry.backend) void check(entry);
  }, limits.healthMs);
  checks.unref();

  return {
    async use(wanted, request) {
      if (request && !current.get(wanted.id)?.backend) (await options.open(wanted)).check?.(request);
      if (closed)
        throw new ApiError(503, "gateway_stopping", "The gateway is stopping. Send again in a few seconds.");
      const known = current.get(wanted.id);
      if (known && known.digest !== wanted.digest) retireEntry(known);
      refuse(wanted);
      const entry = current.get(wanted.id) ?? enter(wanted);
      entry.users++;
      try {
        const backend = await entry.ready;
        let released = false;
        return {
          backend,
          release() {
            if (!released) release(entry);
            released = true;
          },
        };
      } catch (error) {
        entry.users--;
        throw error;
      }
    },
    retire(id) {
      troubles.delete(id);
      const entry = current.get(id);
      if (entry) retireEntry(entry);
    },
    async check(id) {
      const entry = current.get(id);
      if (entry) await check(entry, true);
    },
    forgive(id) {
      troubles.delete(id);
    },
    state() {
      const loaded = [...entries].filter(({ backend }) => backend);
      return {
        models: loaded.length,
        bytes: used(),
        waiting: loaded.reduce((sum, { backend }) => sum + (backend?.load.waiting ?? 0), 0),
      };
    },
    async close() {
      closed = true;
      clearInterval(sweeper);
      clearInterval(checks);
      for (const { stop } of entries) stop.abort(new Error("The gateway is stopping."));
      wakeWaiters();
      await Promise.allSettled([...entries].map(({ ready }) => ready));
      await Promise.allSettled([...entries].map(unload));
    },
  };
}

/** What kept a backend from starting, so that it can be stored as a code with values. */
function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Failure("NODE_ERROR", "model-does-not-load", { detail }, { cause: error });
}
