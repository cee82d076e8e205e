"use client";
import { useTranslations } from "next-intl";
import { NodeOutput } from "@/app/_notebook/node-output";
import type { GraphNode } from "@/graph/document";
import { NoteBox } from "@/ui/card";
import { Empty } from "@/ui/empty";
import { StatusMark } from "@/ui/status";
import { useNodeState } from "./context";

export function OutputTab({ node }: { node: GraphNode }) {
  const t = useTranslations("app.editor.output");
  const state = useNodeState(node.id);
  if (!state || (Object.keys(state.outputs).length === 0 && state.look !== "running"))
    return <Empty title={t("empty")}>{t("emptyHint")}</Empty>;
  return (
    <>
      {state.smoke && state.run !== undefined && (
        <NoteBox mark={<StatusMark status="smoke" />}>{t("smoke", { run: state.run })}</NoteBox>
      )}
      <NodeOutput node={node} state={state} narrow />
    </>
  );
}
