"use client";
/** What is dropped on the canvas: a kind from the palette, on a wire too, and files. */
import { type DragEvent, useCallback } from "react";
import { useEditor } from "@/app/_editor/context";
import { sizeOf } from "../arrange/sizes";
import type { CanvasStore } from "../canvas-store";
import { addKind } from "../edit/commands";
import { useFlow } from "../look/flow";
import { fitOnWire, insertKind, wireUnder } from "../wire/splice";
import { KIND_MIME } from "./kind-mime";
import { useDropFiles } from "./use-drop-files";

export function useDropping(store: CanvasStore) {
  const editor = useEditor();
  const flow = useFlow();
  const dropFiles = useDropFiles();
  const onDragOver = useCallback((event: DragEvent) => event.preventDefault(), []);
  const onDrop = useCallback(
    (event: DragEvent) => {
      const kind = event.dataTransfer.getData(KIND_MIME);
      const files = [...event.dataTransfer.files];
      if (!kind && !files.length) return;
      event.preventDefault();
      const { x, y } = flow.screenToFlowPosition({ x: event.clientX - 86, y: event.clientY - 15 });
      if (!kind) return void dropFiles(files, [x, y]);
      const definition = editor.catalogue[kind];
      if (!definition) return;
      const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const to = wireUnder(store.getState().routes, { ...point, width: 0, height: 0 }, (wire) =>
        Boolean(fitOnWire(editor, wire, definition)),
      );
      const { height } = sizeOf({ kind }, editor.catalogue);
      if (to) insertKind(editor, kind, to, [x, point.y - height / 2]);
      else addKind(editor, kind, [x, y]);
    },
    [editor, flow, store, dropFiles],
  );
  return { onDragOver, onDrop };
}
