/** Stages and checkpoints: folders that outlive their attempt, kept in the store and found again by key. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "@/graph/cache-key";
import { Failure } from "@/graph/problems";
import type { Context } from "@/graph/runner";
import { sayDiskFull } from "@/server/artifacts/disk-errors";
import { openArtifact } from "@/server/artifacts/open";
import { putFolder, type Stored } from "@/server/artifacts/put";
import type { HostLink } from "./host-link";
import type { JobSpec } from "./messages";

type Kept = { stage: Context["artifacts"]["stage"]; checkpoint: Context["checkpoint"] };

export function keptFolders(job: JobSpec, link: HostLink, dir: string): Kept {
  const { store, ask } = link;

  /** Undefined when the bytes are gone or damaged: it is then made again. */
  const reopen = async (digest: string): Promise<string | undefined> => {
    try {
      return (await openArtifact(store, digest)).dir;
    } catch (error) {
      if (error instanceof Failure && error.reason.startsWith("artifact-")) return undefined;
      throw error;
    }
  };
  const make = async (
    type: "stage" | "checkpoint",
    write: (dir: string) => Promise<void>,
  ): Promise<Stored> => {
    const folder = join(dir, `${type}-${randomBytes(4).toString("hex")}`);
    await sayDiskFull(dir, () => mkdir(folder));
    try {
      await write(folder);
      return await putFolder(store, folder, { type, facts: {} });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  return {
    async stage(name, key, write) {
      const inputs = job.inputs.map(({ port, slot, digest }) => [port, slot, digest]).sort();
      const text = canonicalJson({ kind: job.kind, codeVersion: job.codeVersion, name, key, inputs });
      const hashed = `sha256:${createHash("sha256").update(text).digest("hex")}`;
      const before = await ask("stage", { key: hashed });
      const found = before && (await reopen(before));
      if (found) return found;
      const made = await make("stage", write);
      await ask("stage-made", { key: hashed, name, ...made });
      return (await openArtifact(store, made.digest)).dir;
    },
    checkpoint: {
      async load() {
        for (const { step, digest } of await ask("checkpoints", { key: job.checkpointKey })) {
          const found = await reopen(digest);
          if (found) return { step, dir: found };
        }
        return undefined;
      },
      async save(step, write) {
        const made = await make("checkpoint", write);
        await ask("checkpoint-made", { key: job.checkpointKey, step, ...made });
      },
    },
  };
}
