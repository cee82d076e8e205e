/** What is known of the model from files on this machine: nothing is fetched. */
import type { z } from "zod";
import { modelFacts } from "@/engines/hub/facts";
import { cachedModel } from "@/engines/hub/pull";
import { resolveDataPath } from "@/engines/paths";
import type { ModelFacts } from "@/graph/ports";
import type { baseModel } from "./definition";
import { checkFolder, folderLicence, ggufFacts, nameOf } from "./local-model";

export type ProbeContext = {
  dataDirs: readonly string[];
  trustedPaths: readonly string[];
  modelsDir: string;
  signal: AbortSignal;
};

export default async function probe(
  { model, source, path, revision }: z.output<typeof baseModel.params>,
  context: ProbeContext,
): Promise<ModelFacts | undefined> {
  switch (source) {
    case "folder": {
      if (path === "") return undefined;
      const dir = await resolveDataPath(path, context, "folder");
      await checkFolder(dir, { ...context, trusted: context.trustedPaths.includes(path) });
      return modelFacts(dir, { name: nameOf(dir), licence: await folderLicence(dir), source });
    }
    case "file":
      return path === "" ? undefined : ggufFacts(await resolveDataPath(path, context));
    default:
      return (await cachedModel(model, { modelsDir: context.modelsDir, revision, source }))?.facts;
  }
}
