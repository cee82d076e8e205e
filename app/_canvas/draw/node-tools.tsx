"use client";
import { NodeToolbar, Position } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useEditor, useNodeState, useView } from "@/app/_editor/context";
import { useKindText } from "@/app/_editor/kind-text";
import type { GraphNode } from "@/graph/document";
import { setState } from "@/graph/draft";
import { Button, IconButton } from "@/ui/button";
import { useKeysText } from "../actions/use-bindings";
import { duplicate, remove } from "../edit/commands";

/** The bar above a selected node: run to here, what the kind does, freeze, duplicate, delete. */
export function NodeTools({ node }: { node: GraphNode }) {
  const editor = useEditor();
  const t = useTranslations("app.editor.tools");
  const text = useKindText(node.kind);
  const keys = useKeysText();
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
        {editor.may("run.start") && (
          <Button
            size="sm"
            variant="ghost"
            icon="play"
            onClick={() => editor.actions.run({ targets: [node.id] })}
          >
            {t("runToHere")}
          </Button>
        )}
        <IconButton
          size="sm"
          icon="book"
          label={t("docs", { title: text.title })}
          onClick={() => editor.view.setState({ docs: node.kind })}
        />
        {!editor.readOnly && (
          <>
            <IconButton
              size="sm"
              icon="snow"
              label={frozen ? t("thaw") : t("freeze")}
              keys={keys("freeze")}
              pressed={frozen}
              disabled={!frozen && Object.keys(digests).length === 0}
              onClick={freeze}
            />
            <IconButton
              size="sm"
              icon="copy"
              label={t("duplicate")}
              keys={keys("duplicate")}
              onClick={() => duplicate(editor)}
            />
            <IconButton
              size="sm"
              icon="trash"
              label={t("delete")}
              keys={keys("delete")}
              onClick={() => remove(editor)}
            />
          </>
        )}
      </div>
    </NodeToolbar>
  );
}
