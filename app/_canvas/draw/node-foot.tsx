"use client";
import { useTranslations } from "next-intl";
import { useEditor, useStatus } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { nodesById } from "@/app/_editor/lookup";
import { type NodeState, shareDone } from "@/app/_editor/node-state";
import { useFailureText, useProblemText, useReasonText } from "@/app/_editor/words";
import type { AnyNode } from "@/graph/define-node";
import type { GraphNode } from "@/graph/document";
import { Icon } from "@/ui/icon";
import { StatusMark } from "@/ui/status";
import { useFormat } from "@/ui/use-format";
import { useUnit } from "@/ui/use-unit";
import { mainOutput, useFactsText } from "./summary";

type Props = { node: GraphNode; definition: AnyNode | undefined; state: NodeState };

/** One line: the status in words with its reason, and size or duration. */
export function NodeFoot({ node, definition, state }: Props) {
  const { view, model } = useEditor();
  const t = useTranslations("app.editor.foot");
  const word = useTranslations("app.status");
  const format = useFormat();
  const unit = useUnit();
  const facts = useFactsText();
  const reason = useReasonText();
  const failure = useFailureText();
  const problemText = useProblemText();
  const texts = useKindTexts();
  const runNumber = useStatus((s) => s.run?.number);
  const titleOf = (id: string) => {
    const found = nodesById(model.store.getState().file.nodes).get(id);
    return found ? (found.title ?? texts(found.kind).title) : id;
  };
  if (!definition) return <footer data-tone="failed">{t("unknownKind", { kind: node.kind })}</footer>;
  if (state.edited && state.look !== "done" && state.look !== "cached") {
    return (
      <footer>
        <StatusMark status="stale" text={t("editedSince", { run: runNumber ?? 0 })} />
      </footer>
    );
  }
  if (state.problem) {
    const sentence = problemText(state.problem, node.kind);
    return (
      <footer data-tone="failed" title={sentence}>
        <span className="one">
          <b>{word("invalid")}</b>: {sentence}
        </span>
      </footer>
    );
  }
  const shown =
    state.look === "failed" && state.failure
      ? failure(state.failure, node.kind)
      : (state.look === "stale" || state.look === "skipped") && state.reasons[0]
        ? reason(state.reasons[0], { kind: node.kind }, titleOf)
        : undefined;
  if (shown && state.look === "failed") {
    const toLog = () => view.setState({ selected: [node.id], tab: "log", inspectorOpen: true });
    return (
      <footer data-tone="failed" title={shown}>
        <button type="button" className="one nodrag" onClick={toLog}>
          <b>{word("failed")}</b>: {shown}
        </button>
        <Icon name="right" size={11} />
      </footer>
    );
  }
  if (shown) {
    return (
      <footer data-tone={state.look} title={shown}>
        <span className="one">
          <b>{word(state.look)}</b>: {shown}
        </span>
      </footer>
    );
  }
  const output = mainOutput(definition, state.outputs);
  const size = output ? facts.long(output.facts) : "";
  const took = state.seconds !== undefined && state.look !== "queued" ? format.seconds(state.seconds) : "";
  const { progress } = state;
  const left =
    progress?.secondsLeft === undefined
      ? undefined
      : t("left", { time: format.seconds(progress.secondsLeft) });
  const running =
    state.look === "running" && progress
      ? (left ??
        (progress.total
          ? t("of", {
              done: format.count(progress.done),
              total: format.count(progress.total),
              unit: unit(progress.unit),
            })
          : `${format.count(progress.done)} ${unit(progress.unit)}`))
      : undefined;
  const share = shareDone(progress);
  const queued = state.look === "queued" && state.estimate ? format.about(state.estimate) : undefined;
  const detail = state.look === "running" ? running : (queued ?? (size || took));
  return (
    <footer data-tone={state.look === "frozen" ? "frozen" : undefined} title={[size, took].join(" ")}>
      {state.look === "running" && <i className="done" style={{ width: `${(share ?? 0) * 100}%` }} />}
      <b>
        {state.look === "idle"
          ? state.reasons[0]?.code === "blocked"
            ? reason(state.reasons[0], { kind: node.kind }, titleOf)
            : t("notRun")
          : state.look === "running" && share !== undefined
            ? format.percent(share)
            : word(state.look)}
      </b>
      {/* Other words, another element: the old ones do not move aside. */}
      <span className="t" key={detail}>
        {detail}
      </span>
    </footer>
  );
}
