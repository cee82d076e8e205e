import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { chatTemplate, readJson } from "@/engines/gguf/model-folder";
import { type ChainFile, chainFileSchema } from "@/engines/llama/chain-file";
import { type EndpointFile, endpointFileSchema } from "@/engines/llama/endpoint-file";
import { Failure } from "@/graph/problems";
import { type BlobStore, openArtifact } from "../artifacts";
import type { OpenEndpoint } from "./model-store";

/** Where the weights of an endpoint lie. @throws Failure `artifact-missing`, `artifact-damaged`, `model-file-missing` */
export async function openEndpoint(store: BlobStore, digest: string): Promise<OpenEndpoint> {
  const { dir } = await openArtifact(store, digest);
  const file: EndpointFile = endpointFileSchema.parse(
    JSON.parse(await readFile(join(dir, "endpoint.json"), "utf8")),
  );
  const folder = file.model === "self" ? dir : (await openArtifact(store, file.modelDigest)).dir;
  const path = join(folder, "model.gguf");
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Failure("UNAVAILABLE", "model-file-missing", { path });
  const template = await chatTemplate(folder, await readJson(folder, "tokenizer_config.json", {}));
  return { path, bytes: found.size, config: file.config, chatTemplate: template };
}

export async function openChain(store: BlobStore, digest: string): Promise<ChainFile> {
  const { dir } = await openArtifact(store, digest);
  return chainFileSchema.parse(JSON.parse(await readFile(join(dir, "chain.json"), "utf8")));
}
