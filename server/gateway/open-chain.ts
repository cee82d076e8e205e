import { type ChainFile, readChain } from "@/engines/serving/chain-file";
import { type BlobStore, openArtifact } from "../artifacts";

/** @throws Failure `artifact-missing`, `artifact-damaged`, `chain-unreadable` */
export async function openChain(store: BlobStore, digest: string): Promise<ChainFile> {
  return readChain((await openArtifact(store, digest)).dir);
}
