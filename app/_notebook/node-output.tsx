"use client";
import { useTranslations } from "next-intl";
import { useCallback } from "react";
import { Boundary } from "@/app/_editor/boundary";
import { useEditor, useModel, useStatus } from "@/app/_editor/context";
import type { NodeState } from "@/app/_editor/node-state";
import type { GraphNode, JsonValue } from "@/graph/document";
import { setParam } from "@/graph/draft";
import type { NodeKind } from "@/nodes/index";
import { views } from "@/nodes/views";

type Props = { node: GraphNode; state: NodeState; narrow?: boolean };

/** A node's stored output through its kind's preview. */
export function NodeOutput({ node, state, narrow = false }: Props) {
  const t = useTranslations("app.preview");
  const params = useModel((m) => m.inferred.params[node.id]) ?? node.params;
  const curves = useStatus((s) => s.curves[node.id]);
  const { model, readOnly } = useEditor();
  const edit = useCallback(
    (param: string, value: JsonValue | undefined) => setParam(model.doc, node.id, param, value),
    [model, node.id],
  );
  const view = views[node.kind as NodeKind];
  if (!view) return null;
  const { Preview } = view;
  return (
    <Boundary
      key={Object.values(state.outputs)
        .map((o) => o.digest)
        .join()}
      fallback={<p className="text-ink-3">{t("unreadable")}</p>}
    >
      <Preview
        nodeId={node.id}
        kind={node.kind}
        params={params}
        outputs={state.outputs}
        metrics={state.metrics}
        live={state.look === "running"}
        narrow={narrow}
        {...(readOnly ? {} : { edit })}
        {...(state.runId ? { runId: state.runId } : {})}
        {...(state.run === undefined ? {} : { run: state.run })}
        {...(curves ? { curves } : {})}
      />
    </Boundary>
  );
}
