/** From an endpoint artifact to the backend that serves it. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type LlamaEndpoint, readEndpoint } from "@/engines/serving/endpoint-file";
import { defaultTemplate, readTemplates } from "@/engines/tokenizer/read-templates";
import { Failure } from "@/graph/problems";
import { type BlobStore, openArtifact } from "../../artifacts";
import { limits } from "../limits";
import type { Backend } from "./backend";
import type { Opened, StartOptions, Wanted } from "./backend-store";
import { checkRequest } from "./llama/check-request";
import type { LoadOrder } from "./llama/process/messages";
import { openAiBackend } from "./openai/openai-backend";

export type BackendParts = {
  store: BlobStore;
  /** Loads a GGUF, in a process of its own. */
  /** @throws Failure `secret-missing` */
  readSecret(teamId: string, name: string): Promise<string>;
  startModel(order: LoadOrder, options: StartOptions): Promise<Backend>;
};

/** @throws Failure `artifact-missing`, `artifact-damaged`, `model-file-missing`, `endpoint-unreadable`, `endpoint-kind-unknown`, `endpoint-newer` */
export async function openBackend(
  parts: BackendParts,
  { digest, teamId }: Pick<Wanted, "digest" | "teamId">,
): Promise<Opened> {
  const { dir } = await openArtifact(parts.store, digest);
  const file = await readEndpoint(dir);
  switch (file.kind) {
    case "llama":
      return openLlama(parts, dir, file);
    case "openai": {
      const { apiKey } = file;
      // Read for every request: a key that is changed or revoked counts at once.
      const readKey = async () => (apiKey ? parts.readSecret(teamId, apiKey.secret) : undefined);
      return { bytes: 0, start: () => openAiBackend(file, readKey) };
    }
  }
}

async function openLlama(
  { store, startModel }: BackendParts,
  dir: string,
  file: LlamaEndpoint,
): Promise<Opened> {
  const folder = file.model === "self" ? dir : (await openArtifact(store, file.modelDigest)).dir;
  const path = join(folder, "model.gguf");
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Failure("UNAVAILABLE", "model-file-missing", { path });
  const template = defaultTemplate(await readTemplates(folder));
  const { config } = file;
  const { contextLength, parallel } = config;
  return {
    bytes: found.size + contextLength * parallel * limits.cacheBytesPerToken,
    check: checkRequest,
    start: (options) => startModel({ path, config, chatTemplate: template }, options),
  };
}
