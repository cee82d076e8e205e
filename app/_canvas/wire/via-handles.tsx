"use client";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { useEditor } from "@/app/_editor/context";
import { setVia } from "@/graph/draft";
import { onRaster } from "../arrange/geometry";
import { useFlow } from "../look/flow";
import { viaOf } from "./via";

type Props = {
  to: string;
  via: readonly [number, number][];
  /** The wire while a point is dragged; undefined when it was let go. */
  onDrag: (via: [number, number][] | undefined) => void;
};

/** A chosen wire's points: dragged to lead it, double-clicked or deleted to let it go. */
export function ViaHandles({ to, via, onDrag }: Props) {
  const editor = useEditor();
  const flow = useFlow();
  const t = useTranslations("app.editor.canvas");
  const held = useRef<[number, number][]>(undefined);
  const remove = (k: number) =>
    setVia(
      editor.model.doc,
      to,
      viaOf(editor, to).filter((_, j) => j !== k),
    );
  return via.map(([x, y], k) => (
    // biome-ignore lint/a11y/useSemanticElements: a circle in a drawing cannot be a button element
    <circle
      // biome-ignore lint/suspicious/noArrayIndexKey: points are known by their order
      key={k}
      className="via nodrag nopan"
      cx={x}
      cy={y}
      r={5}
      role="button"
      tabIndex={0}
      aria-label={t("via")}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = [...via];
      }}
      onPointerMove={(event) => {
        if (!held.current) return;
        const point = onRaster(flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
        held.current = held.current.map((old, j) => (j === k ? point : old));
        onDrag(held.current);
      }}
      onPointerUp={() => {
        const moved = held.current;
        held.current = undefined;
        onDrag(undefined);
        if (moved && JSON.stringify(moved) !== JSON.stringify(viaOf(editor, to)))
          setVia(editor.model.doc, to, moved);
      }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        remove(k);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.stopPropagation();
        event.preventDefault();
        remove(k);
      }}
    />
  ));
}
