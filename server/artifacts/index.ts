/** The artifact store: content-addressed, written whole, verified on reading. */
import type { Env } from "../env";
import { localStore } from "./local-store";
import type { BlobStore } from "./store";

export { localStore } from "./local-store";
export { DIGEST, type Manifest, type ManifestFile } from "./manifest";
export { artifactFile, type OpenArtifact, openArtifact, readManifest } from "./open";
export { type Preview, type PreviewOptions, previewArtifact } from "./preview";
export { putFolder, type Stored } from "./put";
export type { BlobStore } from "./store";
export { hashFile } from "./verify";

export function createStore(env: Pick<Env, "artifacts">): BlobStore {
  if (env.artifacts.kind === "local") return localStore(env.artifacts.dir);
  throw new Error(
    "TELAR_ARTIFACTS names a bucket. This version keeps artifacts in a folder: give a path instead.",
  );
}
