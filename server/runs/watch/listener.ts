/** One listening connection a process. A notification only wakes: whoever waits reads the rows again. */
import pg from "pg";

export type Listener = {
  on(channel: string, wake: (payload: string) => void): () => void;
  close(): Promise<void>;
};

/** Reconnects for ever; after a gap everybody is woken with an empty payload. */
export function createListener(url: string): Listener {
  const wakes = new Map<string, Set<(payload: string) => void>>();
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  // What was committed before LISTEN took effect rang for nobody: all are woken once it has.
  const listen = (channel: string) =>
    void client?.query(`LISTEN ${pg.escapeIdentifier(channel)}`).then(
      () => {
        for (const wake of wakes.get(channel) ?? []) wake("");
      },
      () => {},
    );
  const connect = async () => {
    const next = new pg.Client({ connectionString: url, application_name: "telar-listen", keepAlive: true });
    next.on("error", () => {});
    next.on("end", () => {
      if (client === next) client = undefined;
      if (!closed) timer = setTimeout(connect, 500);
    });
    next.on("notification", ({ channel, payload }) => {
      for (const wake of wakes.get(channel) ?? []) wake(payload ?? "");
    });
    try {
      await next.connect();
    } catch {
      return void next.end().catch(() => {});
    }
    if (closed) return void next.end().catch(() => {});
    client = next;
    for (const channel of wakes.keys()) listen(channel);
  };
  const ready = connect();

  return {
    on(channel, wake) {
      const set = wakes.get(channel) ?? new Set();
      if (!wakes.has(channel)) {
        wakes.set(channel, set);
        listen(channel);
      }
      set.add(wake);
      return () => void set.delete(wake);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await ready;
      await client?.end().catch(() => {});
    },
  };
}
