"use client";
import type { ConnectionLineComponentProps } from "@xyflow/react";
import { useEditor, useView } from "@/app/_editor/context";
import { parsePortRef } from "@/graph/document";
import { TYPE_TEXT } from "@/ui/type-glyph";

/** The loose end of a wire while it is drawn. */
export function ConnectionLine({ fromX, fromY, toX, toY, fromPosition }: ConnectionLineComponentProps) {
  const { catalogue, model } = useEditor();
  const drawing = useView((v) => v.drawing);
  if (!drawing) return null;
  const { node, port } = parsePortRef(drawing.ref);
  const kind = catalogue[model.store.getState().file.nodes.find((n) => n.id === node)?.kind ?? ""];
  const type = drawing.direction === "out" ? kind?.outputs[port]?.type : kind?.inputs[port]?.want.type;
  const pull = Math.max(40, Math.abs(toX - fromX) / 2);
  const away = { left: [-pull, 0], right: [pull, 0], top: [0, -pull], bottom: [0, pull] }[fromPosition] ?? [
    pull,
    0,
  ];
  const d = `M${fromX} ${fromY} C${fromX + away[0]!} ${fromY + away[1]!} ${toX - away[0]! * 0.6} ${toY - away[1]! * 0.6} ${toX} ${toY}`;
  return (
    <g className={`wire ${TYPE_TEXT[type ?? "dataset"]}`} data-look="drag">
      <path className="thread" d={d} />
    </g>
  );
}
