"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useErrorText } from "@/app/_editor/words";
import { toast } from "../../ui/toast";
import { uploadFile } from "../_uploads/uploads";
import { useTRPC } from "../trpc/provider";

/** Makes graphs and opens them. */
export function useNewGraph() {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const t = useTranslations("app.uploads");
  const create = useMutation(
    trpc.graphs.create.mutationOptions({
      onSuccess: ({ id }) => {
        void queries.invalidateQueries({ queryKey: trpc.graphs.list.pathKey() });
        router.push(`/g/${id}`);
      },
      onError: (error) => toast(errorText(error)),
    }),
  );

  /** A graph file is opened as a graph; anything else is data to build one around. */
  async function fromFile(file: File): Promise<void> {
    const text = file.name.endsWith(".json") && file.size < 8_000_000 ? await file.text() : "";
    if (/"telar"\s*:\s*\d/.test(text.slice(0, 4000))) return create.mutate({ from: "file", text });
    const stored = await uploadFile(file);
    if (!stored) return;
    if (stored.name !== file.name) toast(t("renamed", { name: file.name, stored: stored.name }));
    create.mutate({ from: "data", path: stored.path });
  }

  return { create: create.mutate, fromFile, busy: create.isPending };
}
