"use client";
import type { inferRouterOutputs } from "@trpc/server";
import { useTranslations } from "next-intl";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useFailureText } from "@/app/_editor/words";
import type { AppRouter } from "@/server/router";
import { useFormat } from "../../ui/use-format";

type Line = inferRouterOutputs<AppRouter>["runs"]["list"]["runs"][number]["line"];

/** The words of a run's line in the table. `paused`: the team's queue is. */
export function useRunLine(paused: boolean): (line: Line) => string {
  const t = useTranslations("app.runs");
  const texts = useKindTexts();
  const failureText = useFailureText();
  const format = useFormat();
  return (line) => {
    switch (line.says) {
      case "working": {
        const node = line.node.title ?? texts(line.node.kind).title;
        return line.share === undefined
          ? node
          : t("detailNode", { node, percent: format.percent(line.share) });
      }
      case "failed": {
        const node = line.node.title ?? texts(line.node.kind).title;
        const sentence = failureText({ ...line.failure, message: line.failure.reason }, line.node.kind);
        return t("detailFailed", { node, sentence });
      }
      case "queued":
        return t(paused ? "detailPaused" : "detailQueued");
      case "stopped":
        return t("detailStopped", line);
      case "all-ran":
        return t("detailAllRan", line);
      case "some-ran":
        return t("detailSome", line);
      case "all-reused":
        return t("detailAllCached");
    }
  };
}
