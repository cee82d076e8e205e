/** Models in memory: loaded when first asked for, shared, given back when idle or when others need the room. */
import type { ServingConfig } from "@/engines/llama/endpoint-file";
import type { LoadOptions, TextModel } from "@/engines/llama/model";

export type OpenEndpoint = {
  /** Of the GGUF. */
  path: string;
  bytes: number;
  config: ServingConfig;
  chatTemplate?: string | undefined;
};

export type ModelLease = { model: TextModel; config: ServingConfig; release(): void };

export type ModelStore = {
  /** `id` names the deployment; with another digest than before, the old model goes when its last lease is released. */
  use(served: { id: string; digest: string }): Promise<ModelLease>;
  /** Gives the memory of a stopped deployment back as soon as nobody uses it. */
  retire(id: string): void;
  state(): { models: number; bytes: number; waiting: number };
  close(): Promise<void>;
};

export type ModelStoreOptions = {
  open(digest: string): Promise<OpenEndpoint>;
  load(path: string, options: LoadOptions): Promise<TextModel>;
  memoryBytes: number;
  cacheBytesPerToken: number;
  idleMs: number;
  sweepMs: number;
};

type Entry = {
  id: string;
  digest: string;
  ready: Promise<{ model: TextModel; config: ServingConfig }>;
  model?: TextModel;
  bytes: number;
  users: number;
  lastUsed: number;
  retired: boolean;
};

export function createModelStore(options: ModelStoreOptions): ModelStore {
  const entries = new Set<Entry>();
  const current = new Map<string, Entry>();
  const wakeLoaders: (() => void)[] = [];
  let loading: Promise<unknown> = Promise.resolve();

  const used = () => [...entries].reduce((sum, { bytes }) => sum + bytes, 0);

  async function unload(entry: Entry): Promise<void> {
    entries.delete(entry);
    if (current.get(entry.id) === entry) current.delete(entry.id);
    await entry.model?.dispose();
    for (const wake of wakeLoaders.splice(0)) wake();
  }

  function release(entry: Entry): void {
    entry.users--;
    entry.lastUsed = Date.now();
    if (entry.users === 0 && entry.retired) void unload(entry);
    else for (const wake of wakeLoaders.splice(0)) wake();
  }

  function retireEntry(entry: Entry): void {
    entry.retired = true;
    if (current.get(entry.id) === entry) current.delete(entry.id);
    if (entry.users === 0) void unload(entry);
  }

  /** Unloads what is idle, longest unused first; waits for what is busy. A model alone is always tried. */
  async function makeRoom(bytes: number): Promise<void> {
    while (used() + bytes > options.memoryBytes) {
      const others = [...entries].filter(({ model }) => model);
      if (others.length === 0) return;
      const [idle] = others.filter(({ users }) => users === 0).sort((a, b) => a.lastUsed - b.lastUsed);
      if (idle) await unload(idle);
      else await new Promise<void>((resolve) => wakeLoaders.push(resolve));
    }
  }

  async function load(entry: Entry) {
    const { path, bytes, config, chatTemplate } = await options.open(entry.digest);
    const { contextLength, parallel } = config;
    const expected = bytes + contextLength * parallel * options.cacheBytesPerToken;
    const turn = loading.then(async () => {
      await makeRoom(expected);
      entry.bytes = expected;
      const model = await options.load(path, {
        contextLength,
        parallel,
        ...(chatTemplate !== undefined && { chatTemplate }),
      });
      entry.model = model;
      entry.bytes = model.memoryBytes;
      return { model, config };
    });
    loading = turn.catch(() => {});
    return turn;
  }

  function enter(id: string, digest: string): Entry {
    const entry = { id, digest, bytes: 0, users: 0, lastUsed: Date.now(), retired: false } as Entry;
    entries.add(entry);
    current.set(id, entry);
    entry.ready = load(entry);
    entry.ready.catch(() => void unload(entry));
    return entry;
  }

  const sweeper = setInterval(() => {
    for (const entry of entries) {
      if (entry.users === 0 && entry.model && Date.now() - entry.lastUsed > options.idleMs)
        void unload(entry);
    }
  }, options.sweepMs);
  sweeper.unref();

  return {
    async use({ id, digest }) {
      const known = current.get(id);
      if (known && known.digest !== digest) retireEntry(known);
      const entry = current.get(id) ?? enter(id, digest);
      entry.users++;
      try {
        const loaded = await entry.ready;
        let released = false;
        return {
          ...loaded,
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
      const entry = current.get(id);
      if (entry) retireEntry(entry);
    },
    state() {
      const loaded = [...entries].filter(({ model }) => model);
      return {
        models: loaded.length,
        bytes: used(),
        waiting: loaded.reduce((sum, { model }) => sum + (model?.load.waiting ?? 0), 0),
      };
    },
    async close() {
      clearInterval(sweeper);
      await Promise.allSettled([...entries].map(({ ready }) => ready));
      await Promise.allSettled([...entries].map(unload));
    },
  };
}
