"use client";
import { useStore as useFlowStore } from "@xyflow/react";

/** The loom's warp: short threads that move with the graph. */
export function Warp() {
  const [x, y, zoom] = useFlowStore((s) => s.transform);
  const size = 48 * (zoom < 0.5 ? zoom * 2 : zoom);
  return (
    <svg className="warp" aria-hidden="true">
      <pattern
        id="warp"
        width={size}
        height={size}
        x={x % size}
        y={y % size}
        patternUnits="userSpaceOnUse"
        viewBox="0 0 48 48"
      >
        <path
          d="M9 12h6M33 36h6M36 9v6M12 33v6"
          stroke="var(--weave)"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
      </pattern>
      <rect width="100%" height="100%" fill="url(#warp)" />
    </svg>
  );
}
