"use client";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, memo, useState } from "react";
import { keyName } from "@/app/_canvas/actions/key-name";
import { actionOfKeys } from "@/app/_canvas/actions/use-bindings";
import { mainOutput } from "@/app/_canvas/draw";
import { useEditor, useNodeState, useView } from "@/app/_editor/context";
import type { NodeState } from "@/app/_editor/node-state";
import { ParamForm } from "@/app/_params/param-form";
import type { GraphNode } from "@/graph/document";
import { CellHead } from "./cell-head";
import { toggleFolded } from "./fold";
import { Gutter } from "./gutter";
import { NodeOutput } from "./node-output";
import { Remarks } from "./remarks";

const IDLE: NodeState = { look: "idle", reasons: [], outputs: {}, metrics: {} };

type CellProps = { node: GraphNode; next: string | undefined };

/** A node: its status in the margin, its parameters, its stored output. Shift+Enter runs it and goes on to the next. */
export const Cell = memo(function Cell({ node, next }: CellProps) {
  const editor = useEditor();
  const { catalogue, view, actions, may } = editor;
  const definition = catalogue[node.kind];
  const state = useNodeState(node.id) ?? IDLE;
  const selected = useView((v) => v.selected.includes(node.id));
  const folded = useView((v) => v.folded.includes(node.id));
  const [form, setForm] = useState(false);
  const t = useTranslations("app.editor.notebook");
  const output = mainOutput(definition, state.outputs);
  const shown = output !== undefined || state.look === "running";
  const select = () => {
    if (!view.getState().selected.includes(node.id)) view.setState({ selected: [node.id] });
  };
  const keys = (event: KeyboardEvent) => {
    if (!may("run.start") || actionOfKeys(keyName(event.nativeEvent))?.name !== "runHere") return;
    event.preventDefault();
    event.stopPropagation();
    // What is typed in a field is written when the field is left.
    if (event.target instanceof HTMLElement) event.target.blur();
    actions.run({ targets: [node.id] });
    if (next) view.setState({ selected: [next] });
  };
  return (
    <article
      className="cell"
      id={`cell-${node.id}`}
      data-look={state.look}
      data-selected={selected || undefined}
      onPointerDown={select}
      onFocusCapture={select}
      onKeyDown={keys}
    >
      <Gutter node={node} state={state} />
      <div className="cbox">
        <CellHead
          node={node}
          definition={definition}
          state={state}
          form={form}
          folded={folded}
          onForm={() => setForm(!form)}
          onFold={() => toggleFolded(editor, node.id)}
        />
        {form && (
          <div className="cform">
            <ParamForm node={node} />
          </div>
        )}
        <Remarks node={node} state={state} />
        {folded ? null : shown ? (
          <div className="cout">
            <NodeOutput node={node} state={state} />
          </div>
        ) : (
          <p className="cnone">{t("nothing")}</p>
        )}
      </div>
    </article>
  );
});
