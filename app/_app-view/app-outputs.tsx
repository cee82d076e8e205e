"use client";
import { useTranslations } from "next-intl";
import { Boundary } from "@/app/_editor/boundary";
import { useEditor, useModel, useNodeState } from "@/app/_editor/context";
import { kindIcon, useKindText } from "@/app/_editor/kind-text";
import type { Run } from "@/app/_runs/use-run";
import type { AppOutput } from "@/graph/app-view";
import type { OutputView } from "@/graph/run-view";
import type { NodeKind } from "@/nodes/index";
import { type NodeView, views } from "@/nodes/views";
import { NoteBox } from "@/ui/card";
import { Icon } from "@/ui/icon";
import { StatusMark } from "@/ui/status";

type AppOutputsProps = { outputs: readonly AppOutput[]; run: Run | undefined; edited: boolean };

/** The chosen outputs: those of the person's own run where it has them, else what is stored. */
export function AppOutputs({ outputs, run, edited }: AppOutputsProps) {
  const t = useTranslations("app.editor.app");
  return (
    <>
      {edited && (
        <NoteBox tone="stale" mark={<StatusMark status="stale" />}>
          {t("edited")}
        </NoteBox>
      )}
      {outputs.map((output) => (
        <Result key={output.node.id} output={output} run={run} />
      ))}
    </>
  );
}

function Result({ output: { node, ports }, run }: { output: AppOutput; run: Run | undefined }) {
  const { catalogue } = useEditor();
  const t = useTranslations("app.editor.app");
  const preview = useTranslations("app.preview");
  const text = useKindText(node.kind);
  const state = useNodeState(node.id);
  const params = useModel((m) => m.inferred.params[node.id]) ?? node.params;
  const mine = run?.nodes.find((one) => one.id === node.id);
  const own = pick(mine?.outputs ?? {}, ports);
  const stored = pick(state?.smoke ? {} : (state?.outputs ?? {}), ports);
  const fresh = Object.keys(own).length > 0;
  const shown = fresh ? own : stored;
  const view: NodeView | undefined = views[node.kind as NodeKind];
  const number = fresh ? run?.number : state?.run;
  return (
    <article className="app-result">
      <header>
        <Icon name={kindIcon(node.kind)} className="text-ink-2" />
        <h2>{node.title ?? text.title}</h2>
        <span className="flex-1" />
        {Object.keys(shown).length > 0 && number !== undefined && (
          <span className="text-11 text-ink-3">{t(fresh ? "fresh" : "stored", { number })}</span>
        )}
      </header>
      {catalogue[node.kind]?.sideEffect && <p className="text-11 text-ink-3">{t("acts")}</p>}
      {view && Object.keys(shown).length > 0 ? (
        <Boundary
          key={Object.values(shown)
            .map((one) => one.digest)
            .join()}
          fallback={<p className="text-ink-3">{preview("unreadable")}</p>}
        >
          <view.Preview
            nodeId={node.id}
            kind={node.kind}
            params={params}
            outputs={shown}
            metrics={(fresh ? mine?.metrics : state?.metrics) ?? {}}
            live={false}
            narrow={false}
            {...(fresh && run ? { runId: run.run } : state?.runId ? { runId: state.runId } : {})}
          />
        </Boundary>
      ) : (
        <p className="text-ink-3">{t(state?.smoke ? "smokeOnly" : "none")}</p>
      )}
    </article>
  );
}

const pick = (all: Readonly<Record<string, OutputView>>, ports: readonly string[]) =>
  Object.fromEntries(Object.entries(all).filter(([port]) => ports.includes(port)));
