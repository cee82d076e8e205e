/** From an endpoint artifact to the backend that serves it. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { chatTemplate, readJson } from "@/engines/gguf/model-folder";
import { loadModel } from "@/engines/llama/model";
import { type LlamaEndpoint, readEndpoint } from "@/engines/serving/endpoint-file";
import { Failure } from "@/graph/problems";
import { type BlobStore, openArtifact } from "../../artifacts";
import { limits } from "../limits";
import type { Opened } from "./backend-store";
import { llamaBackend } from "./llama/llama-backend";

/** @throws Failure `artifact-missing`, `artifact-damaged`, `model-file-missing`, `endpoint-unreadable`, `endpoint-kind-unknown`, `endpoint-newer` */
export async function openBackend(store: BlobStore, digest: string): Promise<Opened> {
  const { dir } = await openArtifact(store, digest);
  const file = await readEndpoint(dir);
  switch (file.kind) {
    case "llama":
      return openLlama(store, dir, file);
  }
}

async function openLlama(store: BlobStore, dir: string, file: LlamaEndpoint): Promise<Opened> {
  const folder = file.model === "self" ? dir : (await openArtifact(store, file.modelDigest)).dir;
  const path = join(folder, "model.gguf");
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Failure("UNAVAILABLE", "model-file-missing", { path });
  const template = await chatTemplate(folder, await readJson(folder, "tokenizer_config.json", {}));
  const { config } = file;
  const { contextLength, parallel } = config;
  return {
    bytes: found.size + contextLength * parallel * limits.cacheBytesPerToken,
    async start({ signal }) {
      const options = {
        contextLength,
        parallel,
        signal,
        ...(template !== undefined && { chatTemplate: template }),
      };
      return llamaBackend({ model: await loadModel(path, options), config });
    },
  };
}
