"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useErrorText } from "@/app/_editor/words";
import { toast } from "../../ui/toast";
import { useTRPC } from "../trpc/provider";
import { teamHeaders } from "../trpc/team";

/** Makes graphs and opens them. */
export function useNewGraph() {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const errorText = useErrorText();
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
    const answer = await fetch(`/api/data?name=${encodeURIComponent(file.name)}`, {
      method: "POST",
      headers: teamHeaders(),
      body: file,
    });
    const upload = await answer.json();
    if (!answer.ok) return void toast(errorText({ data: upload, message: upload.reason }));
    create.mutate({ from: "data", path: upload.path });
  }

  return { create: create.mutate, fromFile, busy: create.isPending };
}
