/** Frames as React Flow draws them: behind their members, as large as these need. */
import type { Node } from "@xyflow/react";
import type { GraphFrame } from "@/graph/document";
import type { Rect } from "../arrange/geometry";

const PAD = 12;
const HEAD = 28;
const FIXED = { draggable: false, selectable: false, focusable: false, deletable: false };

export const frameNodesOf = (frames: readonly GraphFrame[], rects: ReadonlyMap<string, Rect>): Node[] =>
  frames.flatMap((frame): Node[] => {
    const members = frame.nodes.flatMap((id) => rects.get(id) ?? []);
    if (!members.length) return [];
    const x = Math.min(...members.map((r) => r.x)) - PAD;
    const y = Math.min(...members.map((r) => r.y)) - HEAD;
    const width = Math.max(...members.map((r) => r.x + r.width)) - x + PAD;
    const height = Math.max(...members.map((r) => r.y + r.height)) - y + PAD;
    const size = { width, height };
    return [
      {
        id: `frame:${frame.id}`,
        type: "frame",
        position: { x, y },
        ...size,
        measured: size,
        data: {},
        zIndex: -1,
        ...FIXED,
      },
    ];
  });
