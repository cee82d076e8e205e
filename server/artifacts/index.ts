/** The artifact store: content-addressed, written whole, verified on reading. */
import type { Env } from "../env";
import { localStore } from "./local-store";
import { s3Store, tryS3 } from "./s3-store";
import type { BlobStore } from "./store";

export { localStore } from "./local-store";
export { DIGEST, type Manifest, type ManifestFile } from "./manifest";
export { type OpenArtifact, openArtifact, readManifest } from "./open";
export { type Preview, type PreviewOptions, previewArtifact } from "./preview";
export { putFolder, type Stored } from "./put";
export type { BlobStore } from "./store";
export { hashFile } from "./verify";

/** `pins`: for processes that read what they open for longer than moments. */
export function createStore(
  { artifacts }: Pick<Env, "artifacts">,
  { pins = false }: { pins?: boolean } = {},
): BlobStore {
  return artifacts.kind === "local" ? localStore(artifacts.dir) : s3Store({ ...artifacts, pins });
}

/** @throws Failure with the variable to fix when a bucket does not serve */
export async function tryStore({ artifacts }: Pick<Env, "artifacts">): Promise<void> {
  if (artifacts.kind === "s3") await tryS3(artifacts);
}
