/** Where the bytes of the file lie: below the data folders, or in the copy of what an address names. */
import { type PathRules, resolveDataPath } from "@/engines/paths";
import { fetchFile, isUrl } from "@/engines/remote/fetch-file";

export async function findFile(
  path: string,
  context: PathRules & { downloadsDir: string; signal?: AbortSignal },
): Promise<string> {
  return isUrl(path) ? (await fetchFile(path, context)).path : resolveDataPath(path, context);
}
