"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { useTRPC } from "../trpc/provider";

/** Who gave an answer: the deployment, its version, and the run that made it. */
export function useVersionName(slug: string): (version: number | undefined) => string {
  const t = useTranslations("app.chat");
  const trpc = useTRPC();
  const { data: versions } = useQuery(
    trpc.deployments.versions.queryOptions({ slug }, { enabled: slug !== "" }),
  );
  return useCallback(
    (number) => {
      if (number === undefined) return slug;
      const run = versions?.find((one) => one.number === number)?.run;
      return run ? t("byRun", { slug, number, run: run.number }) : t("byVersion", { slug, number });
    },
    [versions, slug, t],
  );
}
