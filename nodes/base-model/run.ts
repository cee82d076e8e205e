import { ggufToHuggingFace } from "@/engines/gguf/to-hugging-face";
import { modelFacts } from "@/engines/hub/facts";
import { takeFolder } from "@/engines/hub/files";
import { pullModel } from "@/engines/hub/pull";
import { resolveDataPath } from "@/engines/paths";
import { defineRunner } from "@/graph/runner";
import { baseModel, stated } from "./definition";
import { checkFolder, folderLicence, ggufFacts, nameOf, tryTokenizer } from "./local-model";

export default defineRunner(baseModel, async ({ params, ctx }) => {
  const { model, source, path, revision } = params;
  const { signal, modelsDir } = ctx;
  const out = await ctx.artifacts.open("model");
  switch (source) {
    case "folder": {
      const dir = await resolveDataPath(path, ctx, "folder");
      await checkFolder(dir, { ...ctx, trusted: ctx.trustedPaths.includes(path) });
      // A copy: the person may go on editing their folder.
      await takeFolder(dir, out.dir, "copy", nameOf(dir));
      const facts = await modelFacts(out.dir, {
        name: nameOf(dir),
        licence: await folderLicence(dir),
        source,
      });
      await tryTokenizer(out.dir);
      return { model: out.seal(stated(params, facts)) };
    }
    case "file": {
      const file = await resolveDataPath(path, ctx);
      const { name, licence } = await ggufFacts(file);
      const onProgress = (done: number, total: number) => ctx.progress(done, total, "tensors");
      await ggufToHuggingFace(file, out.dir, { signal, onProgress });
      const facts = await modelFacts(out.dir, { name, licence, source });
      await tryTokenizer(out.dir);
      return { model: out.seal(stated(params, facts)) };
    }
    default: {
      const onProgress = ctx.progress.bind(ctx);
      const pulled = await pullModel(model, { modelsDir, revision, source, signal, onProgress });
      ctx.log("info", pulled.cached ? "from-cache" : "fetched", {
        name: pulled.facts.name,
        source: pulled.source,
        commit: pulled.commit,
        identity: pulled.facts.identity ?? "",
      });
      await takeFolder(pulled.dir, out.dir, "link", model);
      return { model: out.seal(stated(params, pulled.facts)) };
    }
  }
});
