"use client";
/** Adding a kind that a person chose from a list: it has no place of its own yet. */
import type { Editor } from "@/app/_editor/context";
import { addKind } from "../edit/commands";
import type { Flow } from "../look/flow";
import { bringIntoSight, freePlace, NEW_NODE } from "../move/walk";

export function addFromList(editor: Editor, flow: Flow, kind: string): void {
  const place = freePlace(editor, flow);
  addKind(editor, kind, place);
  const [x, y] = place;
  bringIntoSight(flow, { x, y, ...NEW_NODE });
}
