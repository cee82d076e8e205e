"use client";
/** Says while the plane is panned or zoomed: the style then draws it in the cheapest way, and details wait. */
import type { Viewport } from "@xyflow/react";
import { type RefObject, useMemo } from "react";
import type { CanvasStore } from "../canvas-store";
import { STILL_AFTER_MS } from "../limits";

export function useMoving(store: CanvasStore, stage: RefObject<HTMLElement | null>) {
  return useMemo(() => {
    let moved = 0;
    const mark = (moving: boolean) => {
      if (store.getState().moving !== moving) store.setState({ moving });
    };
    const rest = () => {
      stage.current?.removeAttribute("data-moving");
      mark(false);
    };
    return {
      // A press that does not move is no move; one that does still has to reach what it began on.
      onMove: (event: unknown) => {
        moved = performance.now();
        stage.current?.setAttribute("data-moving", event instanceof WheelEvent ? "wheel" : "");
        mark(true);
      },
      onMoveEnd: (_: unknown, viewport: Viewport) => {
        rest();
        ontoPixels(stage.current?.querySelector<HTMLElement>(".react-flow__viewport"), viewport);
      },
      /** The end is told late: whoever moves the pointer over a still plane means what lies under it. */
      onPointerMove: () => {
        if (performance.now() - moved > STILL_AFTER_MS) rest();
      },
    };
  }, [store, stage]);
}

/**
 * Text is crisp, and a layer is moved without being blended, where the plane lies on whole pixels. The rest is made up
 * in its style: to set the viewport would break off a move that has begun meanwhile.
 */
function ontoPixels(plane: HTMLElement | null | undefined, { x, y }: Viewport): void {
  if (plane) plane.style.translate = `${Math.round(x) - x}px ${Math.round(y) - y}px`;
}
