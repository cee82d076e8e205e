"use client";
import { useStore as useFlowStore } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useEditor, useModel, useView } from "@/app/_editor/context";
import { IconButton } from "@/ui/button";
import { useFormat } from "@/ui/use-format";
import { ACTION_OF_NAME } from "../actions";
import type { ActionContext } from "../actions/action";
import { useKeysText } from "../actions/use-bindings";
import { useFlow } from "../look/flow";
import { ContextMenu } from "./context-menu";

const MOTION = { duration: 160 };

export function Dock({ context }: { context: ActionContext }) {
  const { view, model, readOnly } = useEditor();
  const t = useTranslations("app.editor.dock");
  const flow = useFlow();
  const minimap = useView((v) => v.minimap);
  const tool = useView((v) => v.tool);
  const canUndo = useModel((m) => m.canUndo);
  const canRedo = useModel((m) => m.canRedo);
  const keys = useKeysText();
  const act = (name: string) => () => void ACTION_OF_NAME.get(name)?.run(context);
  return (
    <div className="docks">
      <ContextMenu context={context} />
      <div className="dock" role="toolbar" aria-label={t("view")}>
        <IconButton icon="minus" size="sm" label={t("zoomOut")} onClick={() => flow.zoomOut(MOTION)} />
        <Zoom />
        <IconButton icon="plus" size="sm" label={t("zoomIn")} onClick={() => flow.zoomIn(MOTION)} />
        <span className="sep" />
        <IconButton
          icon="fit"
          size="sm"
          label={t("fit")}
          keys={keys("fit")}
          onClick={() => flow.fit(MOTION)}
        />
        {!readOnly && (
          <IconButton icon="tidy" size="sm" label={t("tidy")} keys={keys("tidy")} onClick={act("tidy")} />
        )}
        <IconButton
          icon="map"
          size="sm"
          label={t("minimap")}
          keys={keys("minimap")}
          pressed={minimap}
          onClick={() => view.setState({ minimap: !minimap })}
        />
      </div>
      <div className="dock" role="toolbar" aria-label={t("edit")}>
        <IconButton
          icon="arrow"
          size="sm"
          label={t("select")}
          keys={keys("select")}
          pressed={tool === "select"}
          onClick={() => view.setState({ tool: "select" })}
        />
        <IconButton
          icon="hand"
          size="sm"
          label={t("hand")}
          keys={keys("hand")}
          pressed={tool === "hand"}
          onClick={() => view.setState({ tool: "hand" })}
        />
        {!readOnly && (
          <>
            <IconButton icon="note" size="sm" label={t("note")} keys={keys("note")} onClick={act("note")} />
            <span className="sep" />
            <IconButton
              icon="undo"
              size="sm"
              label={t("undo")}
              keys={keys("undo")}
              disabled={!canUndo}
              onClick={() => model.undo.undo()}
            />
            <IconButton
              icon="redo"
              size="sm"
              label={t("redo")}
              keys={keys("redo")}
              disabled={!canRedo}
              onClick={() => model.undo.redo()}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** Reads the zoom alone, so that the docks are not drawn again while the graph is moved. */
function Zoom() {
  const t = useTranslations("app.editor.dock");
  const flow = useFlow();
  const format = useFormat();
  const zoom = useFlowStore((s) => s.transform[2]);
  return (
    <button type="button" className="zoom" onClick={() => flow.zoomTo(1, MOTION)} title={t("actual")}>
      {format.percent(zoom)}
    </button>
  );
}
