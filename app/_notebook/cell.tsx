"use client";
import { useTranslations } from "next-intl";
import { memo, useState } from "react";
import { mainOutput } from "@/app/_canvas/summary";
import { isNothing } from "@/app/_canvas/telling-rows";
import { useEditor, useModel, useNodeState, useStatus, useView } from "@/app/_editor/context";
import { kindIcon, useKindText, useKindTexts } from "@/app/_editor/kind-text";
import { type NodeState, shareDone } from "@/app/_editor/node-state";
import { useFailureText, useParamValue, useProblemText, useReasonText } from "@/app/_editor/words";
import { ParamForm } from "@/app/_params/param-form";
import { Button, IconButton } from "@/app/_ui/button";
import { NoteBox } from "@/app/_ui/card";
import { Icon } from "@/app/_ui/icon";
import { StatusMark } from "@/app/_ui/status";
import { useFormat } from "@/app/_ui/use-format";
import type { AnyNode } from "@/graph/define-node";
import type { GraphNode } from "@/graph/document";
import { NodeOutput } from "./node-output";

const IDLE: NodeState = { look: "idle", reasons: [], outputs: {}, metrics: {} };

export const Cell = memo(function Cell({ node }: { node: GraphNode }) {
  const { catalogue, view } = useEditor();
  const definition = catalogue[node.kind];
  const state = useNodeState(node.id) ?? IDLE;
  const selected = useView((v) => v.selected.includes(node.id));
  const [form, setForm] = useState(false);
  const t = useTranslations("app.editor.notebook");
  const output = mainOutput(definition, state.outputs);
  const shown = output !== undefined || state.look === "running";
  return (
    <article
      className="cell"
      id={`cell-${node.id}`}
      data-look={state.look}
      data-selected={selected || undefined}
      onPointerDown={() => view.setState({ selected: [node.id] })}
    >
      <Gutter node={node} state={state} />
      <div className="cbox">
        <Head node={node} definition={definition} state={state} form={form} onForm={() => setForm(!form)} />
        {form && (
          <div className="cform">
            <ParamForm node={node} />
          </div>
        )}
        <Remarks node={node} state={state} />
        {shown ? (
          <div className="cout">
            <NodeOutput node={node} state={state} />
          </div>
        ) : (
          <p className="cnone">{t("nothing")}</p>
        )}
      </div>
    </article>
  );
});

/** The margin: the status in a word, how long it took, which run it is from. */
function Gutter({ node, state }: { node: GraphNode; state: NodeState }) {
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

type HeadProps = {
  node: GraphNode;
  definition: AnyNode | undefined;
  state: NodeState;
  form: boolean;
  onForm: () => void;
};

function Head({ node, definition, state, form, onForm }: HeadProps) {
  const { actions, readOnly } = useEditor();
  const t = useTranslations("app.editor.notebook");
  const text = useKindText(node.kind);
  const show = useParamValue();
  const params = useModel((m) => m.inferred.params[node.id]) ?? node.params;
  const used = useStatus((s) => s.results[node.id]?.params);
  const title = node.title ?? text.title;
  return (
    <div className="chead">
      <Icon name={kindIcon(node.kind)} className="text-ink-2" />
      <h4>{title}</h4>
      <div className="params">
        {(definition?.telling ?? []).map((name) => {
          if (isNothing(params[name])) return null;
          const now = show(text.params[name], params[name]);
          const before = used && name in used ? show(text.params[name], used[name]) : now;
          return (
            <span key={name}>
              {(text.params[name]?.title ?? name).toLowerCase()} {before !== now && <del>{before}</del>}{" "}
              {before === now ? <b>{now}</b> : <mark>{now}</mark>}
            </span>
          );
        })}
      </div>
      <span className="flex-1" />
      {state.look === "running" && !readOnly ? (
        <Button size="sm" icon="stop" onClick={actions.cancel}>
          {t("stop")}
        </Button>
      ) : (
        !readOnly && (
          <IconButton
            size="sm"
            icon="play"
            label={t("runToHere", { title })}
            onClick={() => actions.run({ targets: [node.id] })}
          />
        )
      )}
      <IconButton size="sm" icon="gear" label={t("settings", { title })} pressed={form} onClick={onForm} />
    </div>
  );
}

/** What a person should know before reading the output: it is old, it failed, it was edited, it is not ready. */
function Remarks({ node, state }: { node: GraphNode; state: NodeState }) {
  const t = useTranslations("app.editor.notebook");
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
