"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { useTRPC } from "../trpc/provider";

/** Who gave an answer: the deployment, its version, and the run that made it. */
export function useVersionName(slug: string): (version: number | undefined) => string {
  const t = useTranslations("app.chat");
  const trpc = useTRPC();
  const { data: list } = useQuery(trpc.deployments.list.queryOptions());
  const now = list?.find((one) => one.slug === slug)?.version;
  const query = trpc.deployments.versions.queryOptions({ slug });
  // Another version served is another list.
  const { data: versions } = useQuery({ ...query, queryKey: [...query.queryKey, now] as never });
  return useCallback(
    (number) => {
      if (number === undefined) return slug;
      const run = versions?.find((one) => one.number === number)?.run;
      return run ? t("byRun", { slug, number, run: run.number }) : t("byVersion", { slug, number });
    },
    [versions, slug, t],
  );
}
