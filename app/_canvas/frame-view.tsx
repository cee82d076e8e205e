"use client";
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useModel } from "@/app/_editor/context";

/** A named region around nodes that belong together. */
export const FrameView = memo(function FrameView({ id, width, height }: NodeProps) {
  const title = useModel((m) => m.file.frames?.find((f) => `frame:${f.id}` === id)?.title) ?? "";
  return (
    <section className="frame" style={{ width, height }} aria-label={title}>
      <header>{title}</header>
    </section>
  );
});
