/** Bells that ring when another process wrote something. The rows decide; a lost ring only costs `sweepMs`. */
import pg from "pg";
import { WAKEUPS } from "./limits";

export type Bell = {
  /** Resolves when rung since the last call, after the sweep interval, or when the signal is aborted. */
  next(): Promise<void>;
};

export type Wakeups = {
  subscribe(channel: string, key: string, signal: AbortSignal): Promise<Bell>;
  close(): Promise<void>;
};

type Listener = { channel: string; key: string; ring: () => void };

/** One LISTEN connection for all streams of this process, opened with the first and opened again when it breaks. */
export function createWakeups(databaseUrl: string): Wakeups {
  const listeners = new Set<Listener>();
  const channels = new Set<string>();
  let client: Promise<pg.Client> | undefined;
  let closed = false;

  const ringAll = () => {
    for (const listener of listeners) listener.ring();
  };

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({ connectionString: databaseUrl, application_name: "telar-wakeups", keepAlive: true });
    fresh.on("notification", ({ channel, payload }) => {
      for (const listener of listeners) {
        if (listener.channel === channel && (listener.key === "" || payload?.startsWith(listener.key))) listener.ring();
      }
    });
    fresh.on("error", () => {});
    await fresh.connect();
    fresh.once("end", () => {
      client = undefined;
      if (!closed && listeners.size) setTimeout(() => void open().then(ringAll, () => {}), WAKEUPS.reconnectMs).unref();
    });
    for (const channel of channels) await fresh.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    return fresh;
  }

  function open(): Promise<pg.Client> {
    client ??= connect().catch((error) => {
      client = undefined;
      throw error;
    });
    return client;
  }

  return {
    async subscribe(channel, key, signal) {
      let rung = false;
      let wake = () => {};
      const listener: Listener = {
        channel,
        key,
        ring: () => {
          rung = true;
          wake();
        },
      };
      listeners.add(listener);
      signal.addEventListener("abort", () => {
        listeners.delete(listener);
        wake();
      });
      const connection = await open();
      if (!channels.has(channel)) {
        channels.add(channel);
        await connection.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      }
      return {
        async next() {
          if (!rung && !signal.aborted) {
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, WAKEUPS.sweepMs);
              wake = () => {
                clearTimeout(timer);
                resolve();
              };
            });
            wake = () => {};
          }
          rung = false;
        },
      };
    },
    async close() {
      closed = true;
      const open = await client?.catch(() => undefined);
      await open?.end();
    },
  };
}

export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
