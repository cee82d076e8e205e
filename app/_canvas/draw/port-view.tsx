"use client";
import { Handle, Position } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { useEditor, useView } from "@/app/_editor/context";
import type { Drawing } from "@/app/_editor/view-store";
import { TYPE_TEXT, typePath } from "@/ui/type-glyph";
import type { PortSpot } from "./ports";

const POSITION = { left: Position.Left, right: Position.Right, top: Position.Top, bottom: Position.Bottom };

/** How a port takes the wire that is being drawn. */
function standing(drawing: Drawing | undefined, ref: string, direction: "in" | "out") {
  if (!drawing) return undefined;
  if (drawing.ref === ref) return "source";
  if (drawing.direction === direction) return "dim";
  const verdict = drawing.verdicts.get(ref);
  return verdict?.ok ? "lit" : "dim";
}

type PortProps = { node: string; spot: PortSpot; direction: "in" | "out"; label: string };

export const PortView = memo(function PortView({ node, spot, direction, label }: PortProps) {
  const ref = spot.ref ?? `${node}.${spot.port}`;
  const t = useTranslations("app");
  const { readOnly } = useEditor();
  const state = useView((v) => standing(v.drawing, ref, direction));
  return (
    <Handle
      id={spot.port}
      type={direction === "in" ? "target" : "source"}
      position={POSITION[spot.side]}
      isConnectable={!readOnly}
      className={`port ${TYPE_TEXT[spot.type]}`}
      data-side={spot.side}
      data-wired={spot.wired || undefined}
      data-direction={direction}
      data-standing={state}
      title={`${label} · ${t(`types.${spot.type}`)}`}
    >
      <svg viewBox="0 0 12 12" aria-hidden="true">
        <path d={typePath(spot.type)} strokeLinejoin="round" />
      </svg>
    </Handle>
  );
});
