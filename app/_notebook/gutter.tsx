"use client";
import { useTranslations } from "next-intl";
import { type NodeState, shareDone } from "@/app/_editor/node-state";
import type { GraphNode } from "@/graph/document";
import { StatusMark } from "@/ui/status";
import { useFormat } from "@/ui/use-format";

/** The margin: the status in a word, how long it took, which run it is from. */
export function Gutter({ node, state }: { node: GraphNode; state: NodeState }) {
  const t = useTranslations("app.editor.notebook");
  const word = useTranslations("app.status");
  const format = useFormat();
  const share = shareDone(state.progress);
  const running = state.look === "running";
  const left = state.progress?.secondsLeft;
  return (
    <div className="gut">
      <span className="g1" data-look={state.look}>
        {running && share !== undefined ? format.percent(share) : word(state.look)}
        <StatusMark status={state.look} share={share} />
      </span>
      {running && left !== undefined ? (
        <span>{t("left", { time: format.seconds(left) })}</span>
      ) : state.look === "queued" && state.estimate ? (
        <span>{format.about(state.estimate)}</span>
      ) : (
        state.seconds !== undefined && state.look !== "idle" && <span>{format.seconds(state.seconds)}</span>
      )}
      {state.run !== undefined && node.state !== "muted" && <span>{t("run", { number: state.run })}</span>}
    </div>
  );
}
