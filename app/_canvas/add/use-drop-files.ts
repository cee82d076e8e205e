"use client";
/** Files dropped on the canvas become nodes of the kinds that open them, or the graph that made them. */
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { useEditor } from "@/app/_editor/context";
import { uploadFile } from "@/app/_uploads/uploads";
import type { GraphFile } from "@/graph/document";
import { freeTitle } from "@/graph/free-title";
import { kindFor } from "@/graph/opens";
import { toast } from "@/ui/toast";
import { arrange } from "../arrange/arrange";
import { sizeOf } from "../arrange/sizes";
import { addKind, pasteGraph, titlesOf } from "../edit/commands";
import { fileRole } from "./file-role";

/** Nodes of several files dropped at once stand below one another. */
const STEP = 150;

export function useDropFiles() {
  const editor = useEditor();
  const t = useTranslations("app.editor.drop");
  const sent = useTranslations("app.uploads");
  return useCallback(
    async (files: readonly File[], place: [number, number]) => {
      if (editor.readOnly) return;
      const putGraph = async (file: GraphFile, name: string) => {
        const kinds = new Map(file.nodes.map((n) => [n.id, n]));
        const layout = file.nodes.every((n) => file.layout?.[n.id])
          ? file.layout
          : await arrange(file, editor.catalogue, (id) =>
              sizeOf(kinds.get(id) ?? { kind: "" }, editor.catalogue),
            );
        pasteGraph(editor, { ...file, ...(layout ? { layout } : {}) }, place);
        toast(t("graph", { name, count: file.nodes.length }));
      };
      for (const [k, file] of files.entries()) {
        const at: [number, number] = [place[0], place[1] + k * STEP];
        const found = await fileRole(file);
        const kind = kindFor(file.name, editor.catalogue);
        if (found.role === "graph") await putGraph(found.file, file.name);
        else if (found.role === "recipe") await putGraph(found.recipe.graph, file.name);
        else if (found.role === "weights") toast(t("weights", { name: file.name }));
        else if (found.role === "unknown" || !kind) toast(t("unknown", { name: file.name }));
        else {
          const stored = await uploadFile(file);
          if (!stored) continue;
          if (stored.name !== file.name) toast(sent("renamed", { name: file.name, stored: stored.name }));
          addKind(editor, kind.kind, at, {
            params: kind.opens.params(stored.path),
            title: freeTitle(titlesOf(editor), stored.name.replace(/\.[^.]+$/, "")),
          });
        }
      }
    },
    [editor, t, sent],
  );
}
