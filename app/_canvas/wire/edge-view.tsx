"use client";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo, useMemo, useState } from "react";
import { useEditor, useModel, useStatus, useView } from "@/app/_editor/context";
import { firstTargets, nodesById, wiresByTarget } from "@/app/_editor/lookup";
import { wireLook } from "@/app/_editor/node-state";
import { parsePortRef } from "@/graph/document";
import { TYPE_TEXT } from "@/ui/type-glyph";
import { labelSpot, roundedPath } from "../arrange/geometry";
import { useCanvas, useMarks } from "../canvas-store";
import { useFactsText } from "../draw/summary";
import { throughPoints } from "./route";
import { ViaHandles } from "./via-handles";

const RADIUS = 10;

/** A thread: its colour is the type, its stroke says whether it holds data, a shuttle travels while it flows. */
export const EdgeView = memo(function EdgeView({ id: to, selected }: EdgeProps) {
  const { catalogue, readOnly } = useEditor();
  const wire = useModel((m) => wiresByTarget(m.file.wires).get(to));
  const from = wire?.from ?? "";
  const found = useCanvas((c) => c.routes.get(to));
  const simple = useCanvas((c) => c.simple);
  // Before a wire is seen larger than hair, it needs no room to be hit.
  const marks = useMarks();
  const over = useView((v) => v.overWire === to);
  const source = from ? parsePortRef(from) : undefined;
  const target = parsePortRef(to);
  const sourceKind = useModel((m) => nodesById(m.file.nodes).get(source?.node ?? "")?.kind);
  // The count stands once for wires that leave the same output.
  const first = useModel((m) => firstTargets(m.file.wires).get(from) === to);
  const output = useStatus((s) => (source ? s.nodes[source.node]?.outputs[source.port] : undefined));
  const look = useStatus((s) =>
    wireLook(s.nodes[source?.node ?? ""], s.nodes[target.node], output !== undefined),
  );
  const facts = useFactsText();
  const [led, setLed] = useState<[number, number][]>();
  const route = useMemo(
    () => (led && found ? throughPoints(found[0]!, found.at(-1)!, led) : found),
    [found, led],
  );
  const path = useMemo(() => (route ? roundedPath(route, RADIUS) : ""), [route]);
  if (!route || !source) return null;
  const type = catalogue[sourceKind ?? ""]?.outputs[source.port]?.type ?? "dataset";
  const label = first && output && !simple ? facts.short(output.facts) : undefined;
  const spot = label ? labelSpot(route) : undefined;
  return (
    <g
      className={`wire ${TYPE_TEXT[type]}`}
      data-look={look}
      data-simple={simple || undefined}
      data-selected={selected || undefined}
      data-over={over || undefined}
    >
      {!simple && <path className="halo" d={path} />}
      <BaseEdge path={path} className="thread" interactionWidth={marks ? 14 : 0} />
      {look === "flow" && (
        <path className="shuttle" d="M-6 0Q0-5 6 0Q0 5-6 0Z" style={{ offsetPath: `path("${path}")` }} />
      )}
      {selected && !readOnly && <ViaHandles to={to} via={led ?? wire?.via ?? []} onDrag={setLed} />}
      {spot && (
        <EdgeLabelRenderer>
          <span
            className="wlabel"
            data-beside={spot.beside || undefined}
            style={{ left: spot.x, top: spot.y }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});
