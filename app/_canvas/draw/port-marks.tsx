"use client";
import { memo } from "react";
import { TYPE_TEXT, typePath } from "@/ui/type-glyph";
import { type NodePorts, type PortSpot, portEnd } from "./ports";

/** The node's border lies outside the box that marks are placed in. */
const BORDER = 1;

type Props = { ports: NodePorts; width: number; height: number };

/** All ports of a node seen from far: one drawing of their shapes, from which no wire can be drawn. */
export const PortMarks = memo(function PortMarks({ ports, width, height }: Props) {
  const rect = { x: -BORDER, y: -BORDER, width, height };
  const mark = (spot: PortSpot, direction: "in" | "out") => {
    const end = portEnd(rect, ports, direction, spot.port);
    return (
      end && (
        <path
          key={`${direction} ${spot.port}`}
          className={TYPE_TEXT[spot.type]}
          data-direction={direction}
          data-wired={spot.wired || undefined}
          d={typePath(spot.type, end.x, end.y)}
        />
      )
    );
  };
  return (
    <svg className="marks" aria-hidden="true">
      {ports.inputs.map((spot) => mark(spot, "in"))}
      {ports.outputs.map((spot) => mark(spot, "out"))}
    </svg>
  );
});
