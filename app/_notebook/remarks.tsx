"use client";
import { useTranslations } from "next-intl";
import { useModel, useStatus } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import type { NodeState } from "@/app/_editor/node-state";
import { useFailureText, useProblemText, useReasonText } from "@/app/_editor/words";
import type { GraphNode } from "@/graph/document";
import { NoteBox } from "@/ui/card";
import { StatusMark } from "@/ui/status";

/** What a person should know before reading the output: it is old, it failed, it was edited, it is not ready. */
export function Remarks({ node, state }: { node: GraphNode; state: NodeState }) {
  const t = useTranslations("app.editor.notebook");
  const output = useTranslations("app.editor.output");
  const failure = useFailureText();
  const reason = useReasonText();
  const problemText = useProblemText();
  const texts = useKindTexts();
  const nodes = useModel((m) => m.file.nodes);
  const all = useModel((m) => m.problems);
  const run = useStatus((s) => s.run?.number);
  const problems = all.filter((p) => p.node === node.id && p.severity === "error");
  const titleOf = (id: string) => {
    const found = nodes.find((n) => n.id === id);
    return found ? (found.title ?? texts(found.kind).title) : id;
  };
  const first = state.reasons[0];
  return (
    <>
      {problems.map((p) => (
        <NoteBox
          key={`${p.code} ${p.port} ${p.param}`}
          tone="stale"
          className="mx-3 mb-2"
          mark={<StatusMark status="stale" />}
        >
          {problemText(p, node.kind)}
        </NoteBox>
      ))}
      {state.edited && (
        <NoteBox tone="stale" className="mx-3 mb-2" mark={<StatusMark status="stale" />}>
          {t("edited", { run: run ?? 0 })}
        </NoteBox>
      )}
      {state.smoke && state.run !== undefined && (
        <NoteBox className="mx-3 mb-2" mark={<StatusMark status="smoke" />}>
          {output("smoke", { run: state.run })}
        </NoteBox>
      )}
      {state.look === "stale" && first && !problems.length && (
        <NoteBox tone="stale" className="mx-3 mb-2" mark={<StatusMark status="stale" />}>
          {t("stale", { run: state.run ?? 0, reason: reason(first, { kind: node.kind }, titleOf) })}
        </NoteBox>
      )}
      {state.failure && (
        <NoteBox tone="failed" className="mx-3 mb-2" mark={<StatusMark status="failed" />}>
          {failure(state.failure, node.kind)}
        </NoteBox>
      )}
    </>
  );
}
