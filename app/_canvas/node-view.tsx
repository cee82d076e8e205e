"use client";
import { type NodeProps, useUpdateNodeInternals } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { memo, useEffect, useRef } from "react";
import { useEditor, useModel, useNode, useNodeState, useView } from "@/app/_editor/context";
import { kindIcon, useKindText } from "@/app/_editor/kind-text";
import { type NodeState, shareDone } from "@/app/_editor/node-state";
import { Icon } from "@/app/_ui/icon";
import { StatusMark } from "@/app/_ui/status";
import type { GraphNode } from "@/graph/document";
import { useCanvas } from "./canvas-store";
import { NodeFoot } from "./node-foot";
import { NodeLive } from "./node-live";
import { NodeTools } from "./node-tools";
import { PortView } from "./port-view";
import { type NodePorts, rowsOf } from "./ports";
import { widthOf } from "./sizes";
import { TellingRows } from "./telling-rows";
import { TitleInput } from "./title-input";

const NONE: NodePorts = { inputs: [], outputs: [] };
const IDLE: NodeState = { look: "idle", reasons: [], outputs: {}, metrics: {} };

/** A node on the canvas. Reads its own slice of every store, so that an edit elsewhere never draws it again. */
export const NodeView = memo(function NodeView({ id, selected }: NodeProps) {
  const node = useNode(id);
  if (!node) return null;
  return <Drawn node={node} selected={selected ?? false} />;
});

function Drawn({ node, selected }: { node: GraphNode; selected: boolean }) {
  const { catalogue } = useEditor();
  const definition = catalogue[node.kind];
  const text = useKindText(node.kind);
  const t = useTranslations("app");
  const state = useNodeState(node.id) ?? IDLE;
  const ports = useCanvas((c) => c.ports.get(node.id)) ?? NONE;
  const simple = useCanvas((c) => c.simple);
  const renaming = useView((v) => v.renaming === node.id);
  const broken = useModel((m) => m.problems.some((p) => p.node === node.id && p.severity === "error"));
  // Zoomed out the details go and the height stays: nothing moves.
  const tall = useRef(0);
  const box = useRef<HTMLElement>(null);
  const paints = useRef(0);
  useEffect(() => {
    if (!box.current) return;
    if (!simple) tall.current = box.current.offsetHeight;
    // How often it was drawn stands on it, so that a test can tell what an edit elsewhere draws.
    box.current.dataset.paints = String(++paints.current);
  });
  const sides = [...ports.inputs, ...ports.outputs].map((p) => p.side).join();
  const update = useUpdateNodeInternals();
  // biome-ignore lint/correctness/useExhaustiveDependencies: handles moved when a side changed
  useEffect(() => update(node.id), [update, node.id, sides]);

  const { left, right } = rowsOf(ports);
  const upright = [
    ...ports.inputs.filter((p) => p.side === "top"),
    ...ports.outputs.filter((p) => p.side === "bottom"),
  ];
  const title = node.title ?? text.title;
  const label = (port: string) => text.ports[port] ?? port;
  return (
    <article
      className="node"
      data-look={state.look}
      data-selected={selected || undefined}
      data-unknown={!definition || undefined}
      ref={box}
      style={{ width: widthOf(node.kind), ...(simple && tall.current ? { minHeight: tall.current } : {}) }}
      aria-label={t("editor.canvas.node", { title, status: t(`status.${state.look}`) })}
    >
      {selected && !renaming && <NodeTools node={node} />}
      {upright.map((spot) => (
        <PortView
          key={`${spot.side} ${spot.port}`}
          node={node.id}
          spot={spot}
          direction={spot.side === "top" ? "in" : "out"}
          label={label(spot.port)}
        />
      ))}
      <header>
        <Icon name={kindIcon(node.kind)} size={15} />
        {renaming ? <TitleInput id={node.id} title={title} /> : <h4>{title}</h4>}
        <StatusMark status={state.look} share={shareDone(state.progress)} />
      </header>
      {(left.length > 0 || right.length > 0) && (
        <div className="ports">
          {Array.from({ length: Math.max(left.length, right.length) }, (_, k) => (
            <div className="prow" key={left[k]?.port ?? `-${right[k]?.port}`}>
              {left[k] && (
                <>
                  <PortView node={node.id} spot={left[k]} direction="in" label={label(left[k].port)} />
                  <span className="name">{label(left[k].port)}</span>
                </>
              )}
              {right[k] && (
                <>
                  <span className="name out">{label(right[k].port)}</span>
                  <PortView node={node.id} spot={right[k]} direction="out" label={label(right[k].port)} />
                </>
              )}
            </div>
          ))}
        </div>
      )}
      {!simple && (
        <>
          <div className="body">
            <NodeLive node={node} state={state} />
            {definition && <TellingRows node={node} definition={definition} text={text} />}
          </div>
          <NodeFoot node={node} definition={definition} state={state} broken={broken} />
        </>
      )}
    </article>
  );
}
