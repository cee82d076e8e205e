/** Everything that can be known of a graph before a run: facts of its files, types, problems, digests of its files. */
import { type Checked, checkGraph } from "@/graph/checks/index";
import type { Catalogue } from "@/graph/define-node";
import type { GraphFile } from "@/graph/document";
import type { Env } from "../env";
import { fileDigests } from "./file-digests";
import { probeGraph } from "./probe-graph";

/** A probe reads the head of a file; a slow disk or share may take a while. */
const PROBE_MS = 60_000;

export type Examined = Checked & {
  probes: Record<string, unknown>;
  files: Record<string, Record<string, string>>;
};

export type Examine = {
  file: GraphFile;
  /** Folders that paths may point below, beside those of the installation. */
  dataDirs?: readonly string[];
  trustedPaths?: readonly string[];
  signal?: AbortSignal;
};

export async function examineGraph(
  catalogue: Catalogue,
  env: Pick<Env, "dataDirs" | "modelsDir" | "downloadsDir">,
  { file, dataDirs = [], trustedPaths = [], signal = AbortSignal.timeout(PROBE_MS) }: Examine,
): Promise<Examined> {
  const rules = { dataDirs: [...dataDirs, ...env.dataDirs], trustedPaths };
  const { probes, problems } = await probeGraph(file, catalogue, {
    ...rules,
    modelsDir: env.modelsDir,
    downloadsDir: env.downloadsDir,
    signal,
  });
  const checked = checkGraph(file, catalogue, probes);
  const files = await fileDigests(checked.file, checked.inferred.params, catalogue, {
    ...rules,
    downloadsDir: env.downloadsDir,
    signal,
  });
  return { ...checked, problems: [...checked.problems, ...problems], probes, files };
}
