"use client";
import type { NodeProps } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { memo } from "react";
import { useEditor, useModel, useStatus, useView } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useParamValue } from "@/app/_editor/words";
import { Icon } from "@/app/_ui/icon";
import { StatusMark } from "@/app/_ui/status";
import { type GraphFrame, parsePortRef } from "@/graph/document";
import { useCanvas } from "./canvas-store";
import { PortView } from "./port-view";
import { type PortSpot, rowsOf } from "./ports";
import { NODE_WIDTH } from "./sizes";
import { wholeOf } from "./sub-status";
import { TitleInput } from "./title-input";

/** A collapsed frame: one node with its promoted parameters and the ports that cross its edge. */
export const SubView = memo(function SubView({ id, selected }: NodeProps) {
  const frame = useModel((m) => m.file.frames?.find((f) => f.id === id));
  return frame ? <Drawn frame={frame} selected={selected ?? false} /> : null;
});

function Drawn({ frame, selected }: { frame: GraphFrame; selected: boolean }) {
  const t = useTranslations("app");
  const ports = useCanvas((c) => c.ports.get(frame.id));
  const simple = useCanvas((c) => c.simple);
  const renaming = useView((v) => v.renaming === frame.id);
  const look = useStatus((s) => wholeOf(frame.nodes.map((id) => s.nodes[id]?.look ?? "idle")));
  const nameOf = usePortName();
  const { left, right } = rowsOf(ports ?? { inputs: [], outputs: [] });
  const upright = [
    ...(ports?.inputs ?? []).filter((p) => p.side === "top"),
    ...(ports?.outputs ?? []).filter((p) => p.side === "bottom"),
  ];
  return (
    <article
      className="node sub"
      data-look={look}
      data-selected={selected || undefined}
      style={{ width: NODE_WIDTH }}
      aria-label={t("editor.canvas.node", { title: frame.title, status: t(`status.${look}`) })}
    >
      {upright.map((spot) => (
        <PortView
          key={`${spot.side} ${spot.port}`}
          node={frame.id}
          spot={spot}
          direction={spot.side === "top" ? "in" : "out"}
          label={nameOf(spot)}
        />
      ))}
      <header>
        <Icon name="layers" size={15} />
        {renaming ? <TitleInput id={frame.id} title={frame.title} /> : <h4>{frame.title}</h4>}
        <StatusMark status={look} />
      </header>
      {(left.length > 0 || right.length > 0) && (
        <div className="ports">
          {Array.from({ length: Math.max(left.length, right.length) }, (_, k) => (
            <div className="prow" key={left[k]?.port ?? `-${right[k]?.port}`}>
              {left[k] && (
                <>
                  <PortView node={frame.id} spot={left[k]} direction="in" label={nameOf(left[k])} />
                  <span className="name">{nameOf(left[k])}</span>
                </>
              )}
              {right[k] && (
                <>
                  <span className="name out">{nameOf(right[k])}</span>
                  <PortView node={frame.id} spot={right[k]} direction="out" label={nameOf(right[k])} />
                </>
              )}
            </div>
          ))}
        </div>
      )}
      {!simple && (
        <>
          <div className="body">
            {(frame.promoted ?? []).map((ref) => (
              <PromotedRow key={ref} param={ref} />
            ))}
          </div>
          <footer>
            <b>{t(`status.${look}`)}</b>
            <span className="t">{t("editor.frame.members", { count: frame.nodes.length })}</span>
          </footer>
        </>
      )}
    </article>
  );
}

function usePortName() {
  const texts = useKindTexts();
  const { model } = useEditor();
  return (spot: PortSpot) => {
    const { node, port } = parsePortRef(spot.ref ?? "x.x");
    const kind = model.store.getState().file.nodes.find((n) => n.id === node)?.kind ?? "";
    return texts(kind).ports[port] ?? port;
  };
}

function PromotedRow({ param }: { param: string }) {
  const { node, port: name } = parsePortRef(param);
  const texts = useKindTexts();
  const show = useParamValue();
  const found = useModel((m) => m.file.nodes.find((n) => n.id === node));
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
