"use client";
import { NodeToolbar, Position } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useEditor, useNodeState, useView } from "@/app/_editor/context";
import { Button, IconButton } from "@/app/_ui/button";
import type { GraphNode } from "@/graph/document";
import { setState } from "@/graph/draft";
import { duplicate, remove } from "./commands";

/** The bar above a selected node: run to here, freeze, duplicate, delete. */
export function NodeTools({ node }: { node: GraphNode }) {
  const editor = useEditor();
  const t = useTranslations("app.editor.tools");
  const state = useNodeState(node.id);
  const alone = useView((v) => v.selected.length === 1 && !v.drawing);
  const digests = Object.fromEntries(
    Object.entries(state?.outputs ?? {}).map(([port, o]) => [port, o.digest]),
  );
  const frozen = node.state === "frozen";
  const freeze = () =>
    setState(editor.model.doc, [node.id], frozen ? "active" : "frozen", { [node.id]: digests });
  return (
    <NodeToolbar isVisible={alone} position={Position.Top} offset={8} align="start">
      <div className="htool" role="toolbar" aria-label={t("label")}>
        <Button
          size="sm"
          variant="ghost"
          icon="play"
          onClick={() => editor.actions.run({ targets: [node.id] })}
        >
          {t("runToHere")}
        </Button>
        {!editor.readOnly && (
          <>
            <IconButton
              size="sm"
              icon="snow"
              label={frozen ? t("thaw") : t("freeze")}
              keys="P"
              pressed={frozen}
              disabled={!frozen && Object.keys(digests).length === 0}
              onClick={freeze}
            />
            <IconButton
              size="sm"
              icon="copy"
              label={t("duplicate")}
              keys="Ctrl D"
              onClick={() => duplicate(editor)}
            />
            <IconButton
              size="sm"
              icon="trash"
              label={t("delete")}
              keys="Del"
              onClick={() => remove(editor)}
            />
          </>
        )}
      </div>
    </NodeToolbar>
  );
}
