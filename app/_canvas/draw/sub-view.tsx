"use client";
import type { NodeProps } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { useEditor, useModel, useStatus } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { nodesById } from "@/app/_editor/lookup";
import { useParamValue } from "@/app/_editor/words";
import { type GraphFrame, parsePortRef } from "@/graph/document";
import { sameNode } from "../arrange/geometry";
import { NODE_WIDTH } from "../arrange/sizes";
import { NodeFrame } from "./node-frame";
import type { PortSpot } from "./ports";
import { wholeOf } from "./sub-status";

/** A collapsed frame: one node with its promoted parameters and the ports that cross its edge. */
export const SubView = memo(function SubView({ id, selected, height }: NodeProps) {
  const frame = useModel((m) => m.file.frames?.find((f) => f.id === id));
  return frame ? <Drawn frame={frame} selected={selected} height={height} /> : null;
}, sameNode);

type DrawnProps = { frame: GraphFrame; selected: boolean; height: number | undefined };

function Drawn({ frame, selected, height }: DrawnProps) {
  const t = useTranslations("app");
  const look = useStatus((s) => wholeOf(frame.nodes.map((id) => s.nodes[id]?.look ?? "idle")));
  return (
    <NodeFrame
      id={frame.id}
      className="node sub"
      look={look}
      selected={selected}
      icon="layers"
      title={frame.title}
      width={NODE_WIDTH}
      height={height}
      portName={usePortName()}
    >
      <div className="body">
        {(frame.promoted ?? []).map((ref) => (
          <PromotedRow key={ref} param={ref} />
        ))}
      </div>
      <footer data-tone={look === "invalid" || look === "failed" ? "failed" : undefined}>
        <b>{t(`status.${look}`)}</b>
        <span className="t">{t("editor.frame.members", { count: frame.nodes.length })}</span>
      </footer>
    </NodeFrame>
  );
}

function usePortName() {
  const texts = useKindTexts();
  const { model } = useEditor();
  return (spot: PortSpot) => {
    const { node, port } = parsePortRef(spot.ref ?? "x.x");
    const kind = nodesById(model.store.getState().file.nodes).get(node)?.kind ?? "";
    return texts(kind).ports[port] ?? port;
  };
}

function PromotedRow({ param }: { param: string }) {
  const { node, port: name } = parsePortRef(param);
  const texts = useKindTexts();
  const show = useParamValue();
  const found = useModel((m) => nodesById(m.file.nodes).get(node));
  const value = useModel((m) => m.inferred.params[node]?.[name]) ?? found?.params[name];
  if (!found) return null;
  const text = texts(found.kind).params[name];
  const words = show(text, value);
  return (
    <div className="kv">
      <span>{(text?.title ?? name).toLowerCase()}</span>
      <span title={words}>{words}</span>
    </div>
  );
}
