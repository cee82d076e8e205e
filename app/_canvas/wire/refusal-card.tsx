"use client";
import { useConnection } from "@xyflow/react";
import { useTranslations } from "next-intl";
import { useEditor, useModel, useView } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { useProblemText } from "@/app/_editor/words";
import type { Connection } from "@/graph/connect";
import { formatPortRef, parsePortRef } from "@/graph/document";
import { Button } from "@/ui/button";
import { useTypeText } from "@/ui/use-type-text";
import { useCanvas } from "../canvas-store";
import { insertAdapter } from "../edit/commands";
import { useFlow } from "../look/flow";
import { ADAPTER_LOWER, between } from "../move/walk";

/** Why a wire is refused, at the pointer; and the node that would adapt it, one click away. */
export function RefusalCard() {
  const refusal = useView((v) => v.refusal);
  const drawing = useView((v) => v.drawing);
  const refs = useCanvas((c) => c.drawn?.refs);
  const shown = useConnection((c) =>
    c.inProgress && c.toHandle && c.isValid === false
      ? formatPortRef({ node: c.toHandle.nodeId, port: c.toHandle.id ?? "" })
      : undefined,
  );
  const hover = shown && (refs?.get(shown) ?? shown);
  const flow = useFlow();
  const place = useConnection((c) => (c.inProgress ? c.to : undefined));
  if (drawing && hover && place) {
    const verdict = drawing.verdicts.get(hover);
    if (!verdict || verdict.ok) return null;
    const [from, to] = drawing.direction === "out" ? [drawing.ref, hover] : [hover, drawing.ref];
    return <Card at={flow.flowToScreenPosition(place)} from={from} to={to} verdict={verdict} live />;
  }
  return refusal ? <Card {...refusal} /> : null;
}

type CardProps = {
  at: { x: number; y: number };
  from: string;
  to: string;
  verdict: Connection;
  live?: boolean;
};

function Card({ at, from, to, verdict, live }: CardProps) {
  const editor = useEditor();
  const t = useTranslations("app.editor.refusal");
  const texts = useKindTexts();
  const sentence = useProblemText();
  const typeText = useTypeText();
  const flow = useFlow();
  const nodes = useModel((m) => m.file.nodes);
  if (verdict.ok) return null;
  const { problem } = verdict;
  const target = nodes.find((n) => n.id === parsePortRef(to).node);
  const title = target ? (target.title ?? texts(target.kind).title) : to;
  const { wants, has } = problem.values;
  const insert = () => {
    insertAdapter(editor, problem.adapter ?? "", from, to, between(flow, from, to, ADAPTER_LOWER));
    editor.view.setState({ refusal: undefined });
  };
  return (
    <div
      className="tip"
      role="status"
      style={{
        left: Math.min(at.x + 16, window.innerWidth - 240),
        top: Math.min(at.y + 14, window.innerHeight - 130),
      }}
    >
      <div>
        {wants !== undefined && has !== undefined
          ? t.rich("wants", {
              title,
              wants: typeText(String(wants)),
              has: typeText(String(has)),
              b: (words) => <b>{words}</b>,
            })
          : sentence(problem, target?.kind)}
      </div>
      {problem.adapter && (
        <div className="acts">
          <span>{t("insert", { title: texts(problem.adapter).title })}</span>
          {!live && (
            <Button size="sm" onClick={insert} className="ml-auto" autoFocus>
              {t("do")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
