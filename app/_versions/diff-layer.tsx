"use client";
import "./versions.css";
import { ViewportPortal } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { type Rect, roundedPath, sizeOf } from "@/app/_canvas/arrange";
import { useCanvas } from "@/app/_canvas/canvas-store";
import { useEditor } from "@/app/_editor/context";
import { parsePortRef } from "@/graph/document";
import { useChangeLines, useNames } from "./change-text";
import type { Comparison } from "./compare";
import { Values } from "./values";

const spot = ({ x, y, width, height }: Rect) => ({ left: x, top: y, width, height });

/** The comparison drawn over the graph: what is new, what is gone, what has other values. Places do not count. */
export function DiffLayer({ version, draft, diff }: Comparison) {
  const { catalogue } = useEditor();
  const t = useTranslations("app.editor.compare");
  const lines = useChangeLines();
  const { title } = useNames(draft, version.file);
  const routes = useCanvas((c) => c.routes);
  const nodes = useCanvas((c) => c.nodes);
  const drawn = new Map(
    nodes.map((n): [string, Rect] => [
      n.id,
      { ...n.position, width: n.measured?.width ?? 172, height: n.measured?.height ?? 120 },
    ]),
  );
  const kindOf = (id: string) => draft.nodes.find((n) => n.id === id)?.kind ?? "";
  const ghosts = diff.removed.flatMap((id): { id: string; rect: Rect }[] => {
    const node = version.file.nodes.find((n) => n.id === id);
    const at = version.file.layout?.[id];
    return node && at ? [{ id, rect: { x: at[0], y: at[1], ...sizeOf(node, catalogue) } }] : [];
  });
  const rectOf = (ref: string) => {
    const { node } = parsePortRef(ref);
    return drawn.get(node) ?? ghosts.find((ghost) => ghost.id === node)?.rect;
  };
  return (
    <ViewportPortal>
      <svg className="diff-wires" aria-hidden="true">
        {diff.wiresAdded.map(({ to }) => (
          <path key={to} className="added" d={roundedPath(routes.get(to) ?? [], 10)} />
        ))}
        {diff.wiresRemoved.map(({ from, to }) => (
          <path key={to} className="removed" d={straight(rectOf(from), rectOf(to))} />
        ))}
      </svg>
      {diff.added.map((id) => {
        const rect = drawn.get(id);
        return rect && <Mark key={id} change="added" rect={rect} label={t("added")} />;
      })}
      {ghosts.map(({ id, rect }) => (
        <Mark key={id} change="removed" rect={rect} label={t("removed")}>
          <del>{title(id)}</del>
        </Mark>
      ))}
      {diff.changed.map((change) => {
        const rect = drawn.get(change.id);
        if (!rect) return null;
        return (
          <Mark key={change.id} change="changed" rect={rect} label={t("changed")}>
            <ul>
              {lines(change, kindOf(change.id)).map((line) => (
                <li key={line.what}>
                  <Values {...line} />
                </li>
              ))}
            </ul>
          </Mark>
        );
      })}
    </ViewportPortal>
  );
}

type MarkProps = {
  change: "added" | "removed" | "changed";
  rect: Rect;
  label: string;
  children?: React.ReactNode;
};

function Mark({ change, rect, label, children }: MarkProps) {
  return (
    <div className="diff-mark" data-change={change} style={spot(rect)}>
      <b>{label}</b>
      {children}
    </div>
  );
}

/** A wire that is no more: from the right edge of one to the left edge of the other. */
function straight(from: Rect | undefined, to: Rect | undefined): string {
  if (!from || !to) return "";
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x, to.y + to.height / 2];
  return `M${x1} ${y1} L${x2} ${y2}`;
}
