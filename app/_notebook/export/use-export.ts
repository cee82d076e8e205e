"use client";
import { useLocale, useTranslations } from "next-intl";
import { useCallback, useState } from "react";
import { useEditor } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useErrorText, useParamValue } from "@/app/_editor/words";
import { saveText } from "@/app/_graphs/save-text";
import { teamHeaders } from "@/app/trpc/team";
import { useMetricName } from "@/ui/metric-name";
import { usePreviewSource } from "@/ui/preview/source";
import { toast } from "@/ui/toast";
import { useFormat } from "@/ui/use-format";
import { sections } from "../sections";
import { collectBlocks } from "./collect-blocks";
import type { ExportDoc, Part } from "./export-doc";
import { toHtml } from "./to-html";
import { toMarkdown } from "./to-markdown";

export type ExportFormat = "html" | "markdown";

async function readJson(digest: string, path: string): Promise<unknown> {
  const answer = await fetch(`/api/artifacts/${encodeURIComponent(digest)}/${path}`, {
    headers: teamHeaders(),
  });
  return answer.ok ? answer.json() : undefined;
}

/** Freezes the notebook as it stands into one file and hands it to the browser. */
export function useExport(): { busy: boolean; save: (format: ExportFormat) => Promise<void> } {
  const editor = useEditor();
  const page = usePreviewSource().useReadPage();
  const t = useTranslations("app.editor");
  const word = useTranslations("app.status");
  const sample = useTranslations("app.preview.report");
  const language = useLocale();
  const format = useFormat();
  const metric = useMetricName();
  const texts = useKindTexts();
  const show = useParamValue();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);

  const collect = useCallback(async (): Promise<ExportDoc> => {
    const { file, inferred } = editor.model.store.getState();
    const states = editor.status.getState().nodes;
    const { intro, sections: made } = sections(file, inferred.order, editor.catalogue);
    const parts: Part[] = intro.map(({ markdown }) => ({ part: "note", markdown }));
    for (const section of made) {
      parts.push({
        part: "section",
        title: section.category ? t(`category.${section.category}`) : t("notebook.unknown"),
      });
      for (const { node, notes } of section.entries) {
        const text = texts(node.kind);
        const state = states[node.id];
        const params = inferred.params[node.id] ?? node.params;
        parts.push({
          part: "cell",
          title: node.title ?? text.title,
          kind: text.title,
          status: word(state?.look ?? "idle"),
          run: state?.run === undefined ? undefined : t("notebook.run", { number: state.run }),
          params: Object.entries(params).map(([name, value]) => [
            text.params[name]?.title ?? name,
            show(text.params[name], value),
          ]),
          blocks: await collectBlocks(
            state?.outputs ?? {},
            { page, json: readJson },
            {
              port: (name) => text.ports[name] ?? name,
              metric,
              number: (n) => (Number.isInteger(n) ? format.count(n) : format.metric(n)),
              sample: {
                prompt: sample("prompt"),
                before: sample("before"),
                after: sample("after"),
                reference: sample("reference"),
              },
            },
          ),
        });
        parts.push(...notes.map(({ markdown }): Part => ({ part: "note", markdown })));
      }
    }
    const madeAt = t("notebook.export.made", { time: format.moment(new Date()) });
    return { title: file.name, made: madeAt, language, parts };
  }, [editor, page, t, word, sample, language, format, metric, texts, show]);

  const save = async (kind: ExportFormat) => {
    setBusy(true);
    try {
      const doc = await collect();
      const name = doc.title || "notebook";
      if (kind === "html") saveText(`${name}.html`, await toHtml(doc), "text/html");
      else saveText(`${name}.md`, toMarkdown(doc), "text/markdown");
    } catch (error) {
      toast(t("notebook.export.failed"), { description: errorText(error as Error) });
    } finally {
      setBusy(false);
    }
  };
  return { busy, save };
}
