"use client";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { AnyNode } from "@/graph/define-node";
import type { PortType } from "@/graph/ports";
import type { OutputView } from "@/graph/run-view";
import { useFormat } from "@/ui/use-format";

/** What lies in an artifact, in a few words: rows, tokens, size. */
export function useFactsText() {
  const t = useTranslations("app.editor.facts");
  const format = useFormat();
  return useMemo(() => {
    const rows = (n: number | undefined) =>
      n === undefined ? undefined : t("rows", { count: n, shown: format.count(n) });
    const bytes = (n: number | undefined) => (n === undefined ? undefined : format.bytes(n));
    const parts = (facts: PortType): (string | undefined)[] => {
      switch (facts.type) {
        case "dataset":
          return [rows(facts.rows), bytes(facts.bytes)];
        case "tokens":
          return [
            facts.tokens === undefined
              ? rows(facts.rows)
              : t("tokens", { count: facts.tokens, shown: format.count(facts.tokens) }),
          ];
        case "model":
          return [facts.precision, bytes(facts.bytes)];
        case "adapter":
          return [facts.rank === undefined ? undefined : t("rank", { rank: facts.rank })];
        case "report": {
          const value = facts.primary ? facts.metrics?.[facts.primary] : undefined;
          return value === undefined ? [] : [`${facts.primary} ${format.metric(value)}`];
        }
        case "endpoint":
          return [facts.model];
        case "chain":
          return [facts.slug];
      }
    };
    return {
      /** All that is known, joined. */
      long: (facts: PortType) => parts(facts).filter(Boolean).join(" · "),
      /** The one thing that stands on a wire. */
      short: (facts: PortType) => {
        if (facts.type === "model") return bytes(facts.bytes);
        if (facts.type === "tokens")
          return facts.tokens === undefined ? undefined : format.count(facts.tokens);
        if (facts.type === "adapter") return undefined;
        return parts(facts).find(Boolean);
      },
    };
  }, [t, format]);
}

/** The output that stands for a node: its first one that is not secondary. */
export function mainOutput(
  definition: AnyNode | undefined,
  outputs: Record<string, OutputView>,
): OutputView | undefined {
  const port = Object.entries(definition?.outputs ?? {}).find(
    ([name, spec]) => !spec.secondary && outputs[name],
  )?.[0];
  return port ? outputs[port] : undefined;
}
