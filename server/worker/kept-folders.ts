/** Stages and checkpoints: folders that outlive their attempt, kept in the store and found again by key. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { sayDiskFull } from "@/engines/disk-full";
import type { Answers, MadeFolder } from "@/engines/job/answer-asks";
import { canonicalJson } from "@/graph/cache-key";
import { Failure } from "@/graph/problems";
import type { Context } from "@/graph/runner";
import { openArtifact } from "@/server/artifacts/open";
import { putFolder } from "@/server/artifacts/put";
import type { BlobStore } from "@/server/artifacts/store";
import type { Asks, JobSpec } from "./messages";

/** Answers a job's questions with the store of this machine, and with what only the database knows. */
export type StoreLink = {
  store: BlobStore;
  ask<W extends keyof Asks>(what: W, question: Asks[W]["ask"]): Promise<Asks[W]["answer"]>;
};

export function storeAnswers(job: JobSpec, { store, ask }: StoreLink): Answers {
  const keyOf = (scope?: string) => (scope ? `${job.checkpointKey}/${scope}` : job.checkpointKey);
  /** Undefined when the bytes are gone or damaged: it is then made again. */
  const reopen = async (digest: string): Promise<string | undefined> => {
    try {
      return (await openArtifact(store, digest)).dir;
    } catch (error) {
      if (error instanceof Failure && error.reason.startsWith("artifact-")) return undefined;
      throw error;
    }
  };
  const stageKey = (name: string, key: unknown) => {
    const inputs = job.inputs.map(({ port, slot, digest }) => [port, slot, digest]).sort();
    const text = canonicalJson({ kind: job.kind, codeVersion: job.codeVersion, name, key, inputs });
    return `sha256:${createHash("sha256").update(text).digest("hex")}`;
  };
  const put = (type: "stage" | "checkpoint", { dir, files }: MadeFolder) =>
    putFolder(store, dir, { type, facts: {} }, files);

  return {
    async stage(name, key) {
      const digest = await ask("stage", { key: stageKey(name, key) });
      return (digest && (await reopen(digest))) || null;
    },
    async stageMade(name, key, made) {
      const stored = await put("stage", made);
      await ask("stage-made", { key: stageKey(name, key), name, ...stored });
      return (await openArtifact(store, stored.digest)).dir;
    },
    async checkpoint(scope) {
      for (const { step, digest } of await ask("checkpoints", { key: keyOf(scope) })) {
        const dir = await reopen(digest);
        if (dir) return { step, dir };
      }
      return null;
    },
    async checkpointMade(step, made, scope) {
      await ask("checkpoint-made", { key: keyOf(scope), step, ...(await put("checkpoint", made)) });
    },
    secret: (name) => ask("secret", { name }),
  };
}

type Kept = { stage: Context["artifacts"]["stage"]; checkpoint: Context["checkpoint"] };

/** The same for a runner; what it writes goes into new folders below `dir` first. */
export function keptFolders(answers: Answers, dir: string): Kept {
  const make = async <T>(
    type: string,
    write: (dir: string) => Promise<void>,
    keep: (made: MadeFolder) => Promise<T>,
  ): Promise<T> => {
    const folder = join(dir, `${type}-${randomBytes(4).toString("hex")}`);
    await sayDiskFull(dir, () => mkdir(folder));
    try {
      await write(folder);
      return await keep({ dir: folder });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    stage: async (name, key, write) =>
      (await answers.stage(name, key)) ??
      (await make("stage", write, (made) => answers.stageMade(name, key, made))),
    checkpoint: {
      load: async () => (await answers.checkpoint()) ?? undefined,
      save: (step, write) => make("checkpoint", write, (made) => answers.checkpointMade(step, made)),
    },
  };
}
