"use client";
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { useEditor, useNode, useNodeState, useStatus } from "@/app/_editor/context";
import { kindIcon, useKindText } from "@/app/_editor/kind-text";
import { type NodeState, shareDone } from "@/app/_editor/node-state";
import type { GraphNode } from "@/graph/document";
import { sameNode } from "../arrange/geometry";
import { widthOf } from "../arrange/sizes";
import { LiveCurve } from "./live-curve";
import { NodeFoot } from "./node-foot";
import { NodeFrame } from "./node-frame";
import { NodeTools } from "./node-tools";
import { TellingRows } from "./telling-rows";

const IDLE: NodeState = { look: "idle", reasons: [], outputs: {}, metrics: {} };

/** A node on the canvas. Reads its own slice of every store, so that an edit elsewhere never draws it again. */
export const NodeView = memo(function NodeView({ id, selected, height }: NodeProps) {
  const node = useNode(id);
  return node ? <Drawn node={node} selected={selected} height={height} /> : null;
}, sameNode);

type DrawnProps = { node: GraphNode; selected: boolean; height: number | undefined };

function Drawn({ node, selected, height }: DrawnProps) {
  const { catalogue } = useEditor();
  const definition = catalogue[node.kind];
  const text = useKindText(node.kind);
  const look = useStatus((s) => s.nodes[node.id]?.look) ?? "idle";
  const share = useStatus((s) => shareDone(s.nodes[node.id]?.progress));
  return (
    <NodeFrame
      id={node.id}
      className="node"
      look={look}
      share={share}
      selected={selected}
      unknown={!definition}
      icon={kindIcon(node.kind)}
      title={node.title ?? text.title}
      width={widthOf(definition)}
      height={height}
      portName={({ port }) => text.ports[port] ?? port}
      tools={<NodeTools node={node} />}
    >
      <Details node={node} />
    </NodeFrame>
  );
}

function Details({ node }: { node: GraphNode }) {
  const definition = useEditor().catalogue[node.kind];
  const text = useKindText(node.kind);
  const state = useNodeState(node.id) ?? IDLE;
  return (
    <>
      <div className="body">
        {definition?.canvas?.curve && (
          <LiveCurve id={node.id} metric={definition.canvas.curve} state={state} />
        )}
        {definition && <TellingRows node={node} definition={definition} text={text} />}
      </div>
      <NodeFoot node={node} definition={definition} state={state} />
    </>
  );
}
