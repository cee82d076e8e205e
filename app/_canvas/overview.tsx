"use client";
import { MiniMap, type Node } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { useStatus } from "@/app/_editor/context";
import type { Status } from "@/app/_ui/status";

const MAP_FILL: Partial<Record<Status, string>> = {
  running: "var(--ink-1)",
  stale: "var(--s-stale)",
  failed: "var(--s-failed)",
  frozen: "var(--s-frozen)",
};

/** The whole graph in small, coloured by what happens. */
export function Overview() {
  const states = useStatus((s) => s.nodes);
  const t = useTranslations("app.editor.canvas");
  const colour = useCallback(
    (node: Node) =>
      node.type === "frame"
        ? "var(--paper-sunken)"
        : (MAP_FILL[states[node.id]?.look ?? "idle"] ??
          "color-mix(in srgb, var(--line-3) 50%, var(--paper-surface))"),
    [states],
  );
  return (
    <MiniMap
      className="minimap"
      ariaLabel={t("minimap")}
      pannable
      zoomable
      maskColor="transparent"
      maskStrokeColor="var(--ink-1)"
      maskStrokeWidth={1.2}
      nodeBorderRadius={8}
      nodeColor={colour}
    />
  );
}
