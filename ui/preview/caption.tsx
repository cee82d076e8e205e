"use client";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { labelsOf } from "@/graph/labels";
import { describeType, type PortType } from "@/graph/ports";
import type { OutputView } from "@/graph/run-view";
import { TypeGlyph } from "@/ui/type-glyph";
import { useFormat } from "@/ui/use-format";
import { useTypeText } from "@/ui/use-type-text";

/** The line above an output: what it is and how much of it. */
export function Caption({
  output,
  children,
  end,
}: {
  output: OutputView;
  children?: ReactNode;
  end?: ReactNode;
}) {
  const facts = useFacts(output.facts);
  const typeText = useTypeText();
  return (
    <div className="mb-2 flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1 text-11 text-ink-3">
      <span className="flex items-center gap-1 whitespace-nowrap text-ink-2">
        <TypeGlyph type={output.type} />
        {typeText(describeType(output.facts))}
      </span>
      {facts && <span>{facts}</span>}
      {children}
      <span className="flex-1" />
      {end}
    </div>
  );
}

function useFacts(facts: PortType): string {
  const t = useTranslations("app.preview.facts");
  const format = useFormat();
  const parts: (string | undefined)[] = (() => {
    switch (facts.type) {
      case "dataset":
        return [
          facts.rows === undefined
            ? undefined
            : t("rows", { count: facts.rows, shown: format.count(facts.rows) }),
          facts.columns && t("columns", { count: facts.columns.filter((c) => c.name !== "_row").length }),
          facts.bytes === undefined ? undefined : format.bytes(facts.bytes),
        ];
      case "tokens":
        return [
          facts.tokens === undefined
            ? undefined
            : t("tokens", { count: facts.tokens, shown: format.count(facts.tokens) }),
          facts.rows === undefined
            ? undefined
            : t("rows", { count: facts.rows, shown: format.count(facts.rows) }),
          facts.maxLength === undefined ? undefined : t("upTo", { max: format.count(facts.maxLength) }),
        ];
      default:
        return [];
    }
  })();
  const { pii, evaluation } = labelsOf(facts);
  if (pii === "found") parts.push(t("pii"));
  else if (pii === "masked") parts.push(t("masked"));
  if (evaluation) parts.push(t("evaluation", { names: evaluation.join(", ") }));
  return parts.filter(Boolean).join(", ");
}
