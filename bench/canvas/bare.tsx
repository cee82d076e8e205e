/** The baseline: React Flow with nodes that hold nothing. */
import "@xyflow/react/dist/base.css";
import { type Edge, type Node, ReactFlow, useEdgesState, useNodesState } from "@xyflow/react";
import { createRoot } from "react-dom/client";
import { drawing } from "../../playwright/pipelines";

const { nodes: spots, links } = drawing(Number(new URLSearchParams(location.search).get("nodes")));
const NODES = spots.map(
  ({ id, x, y }): Node => ({
    id,
    position: { x, y },
    data: { label: "" },
    style: { width: 172, height: 120, background: "#fff", border: "1px solid #999" },
  }),
);
const EDGES = links.map(({ id, from, to }): Edge => ({ id, source: from, target: to }));

function Bare() {
  const [nodes, , onNodesChange] = useNodesState(NODES);
  const [edges, , onEdgesChange] = useEdgesState(EDGES);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onInit={() => document.body.setAttribute("data-ready", "")}
      panOnScroll
      minZoom={0.15}
      onlyRenderVisibleElements={nodes.length > 120}
      fitView
      fitViewOptions={{ maxZoom: 1 }}
    />
  );
}

const root = document.createElement("div");
root.style.cssText = "position:fixed;inset:48px 320px 46px 192px";
document.body.append(root);
createRoot(root).render(<Bare />);
