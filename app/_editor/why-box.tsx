"use client";
import { useTranslations } from "next-intl";
import { useContext, useState } from "react";
import type { GraphNode, JsonValue } from "@/graph/document";
import { setParam } from "@/graph/draft";
import type { PlanEntry, Reason } from "@/graph/plan";
import { Bar } from "@/ui/bar";
import { Button } from "@/ui/button";
import { NoteBox } from "@/ui/card";
import { Icon } from "@/ui/icon";
import { StatusMark } from "@/ui/status";
import { useFormat } from "@/ui/use-format";
import { useEditor, useModel, useNodeState, useStatus } from "./context";
import { useKindText, useKindTexts } from "./kind-text";
import { Placed } from "./placed";
import { useFailureText, useParamValue, useProblemText, useReasonText } from "./words";
import { WorkerContext } from "./worker-context";

/** First of all: what stands in the way, why this will run, and whether it fits. */
export function WhyBox({ node }: { node: GraphNode }) {
  const { view } = useEditor();
  const state = useNodeState(node.id);
  const entry = useStatus((s) => s.plan?.nodes.find((n) => n.id === node.id));
  const run = useStatus((s) => s.run);
  const t = useTranslations("app.editor.why");
  const failure = useFailureText();
  const problemText = useProblemText();
  const all = useModel((m) => m.problems);
  const problems = all.filter((p) => p.node === node.id && !p.param);
  // What was said before a run stays after it, as long as the node is looked at: the form below does not jump.
  const [before, setBefore] = useState<PlanEntry>();
  const runs = entry && (entry.action === "run" || entry.action === "depends") ? entry : undefined;
  if (runs && runs !== before) setBefore(runs);
  const ran = entry?.action === "cached" && state?.look === "done" && before !== undefined;
  const shown = ran ? before : runs;
  return (
    <>
      {problems.map((p) => (
        <NoteBox
          key={`${p.code} ${p.port}`}
          tone={p.severity === "error" ? "failed" : "stale"}
          mark={<StatusMark status={p.severity === "error" ? "failed" : "stale"} />}
        >
          {problemText(p, node.kind)}
        </NoteBox>
      ))}
      {state?.failure && (
        <NoteBox tone="failed" mark={<StatusMark status="failed" />}>
          {failure(state.failure, node.kind)}{" "}
          <button
            type="button"
            className="underline underline-offset-2"
            onClick={() => view.setState({ tab: "log" })}
          >
            {t("toLog")}
          </button>
        </NoteBox>
      )}
      {state?.edited && run && (
        <NoteBox tone="stale" mark={<StatusMark status="stale" />}>
          {t("edited", { run: run.number })}
        </NoteBox>
      )}
      {shown && problems.length === 0 && (
        <>
          <Why node={node} entry={shown} over={ran} />
          {!ran && shown.replaces && <Replaces replaces={shown.replaces} />}
          <Fits entry={shown} />
        </>
      )}
      {!ran && entry?.action === "cached" && state?.look !== "running" && state?.look !== "queued" && (
        <p className="flex items-center gap-1.5 text-11 text-ink-3">
          <StatusMark status="cached" size={12} />
          {entry.runOf === undefined
            ? t("cached", { run: entry.run ?? 0 })
            : t("cachedElsewhere", { run: entry.run ?? 0, graph: entry.runOf })}
        </p>
      )}
    </>
  );
}

function Replaces({ replaces }: { replaces: NonNullable<PlanEntry["replaces"]> }) {
  const t = useTranslations("reasons");
  const { slug, version, run, graph, onlyIfBetter } = replaces;
  return (
    <NoteBox tone="stale" mark={<Icon name="deploy" size={14} />}>
      {t(onlyIfBetter ? "replaces-if-better" : "replaces", {
        ...{ slug, version },
        ...{ run: String(run ?? "none"), graph: graph ?? "none" },
      })}
    </NoteBox>
  );
}

/** `over`: it has run since. */
function Why({ node, entry, over }: { node: GraphNode; entry: PlanEntry; over: boolean }) {
  const { model, readOnly } = useEditor();
  const t = useTranslations("app.editor.why");
  const reason = useReasonText();
  const texts = useKindTexts();
  const text = useKindText(node.kind);
  const show = useParamValue();
  const nodes = useModel((m) => m.file.nodes);
  const result = useStatus((s) => s.results[node.id]);
  const titleOf = (id: string) => {
    const found = nodes.find((n) => n.id === id);
    return found ? (found.title ?? texts(found.kind).title) : id;
  };
  const edits = entry.reasons.filter((r): r is Extract<Reason, { code: "param" }> => r.code === "param");
  const others = entry.reasons.filter((r) => r.code !== "param");
  const undo = () => {
    model.doc.transact(() => {
      for (const { param } of edits)
        setParam(model.doc, node.id, param, result?.params?.[param] as JsonValue | undefined);
    });
  };
  return (
    <section className="box">
      <header>
        {t(over ? "titleOver" : "title")}
        {!over && edits.length > 0 && result?.params && !readOnly && (
          <Button size="sm" variant="ghost" className="-mr-1.5 ml-auto text-ink-2" onClick={undo}>
            {t("undo")}
          </Button>
        )}
      </header>
      <div className="in">
        {edits.map((edit) => (
          <div key={edit.param} className="flex items-center justify-between gap-3">
            <span className="truncate text-ink-2">
              {(text.params[edit.param]?.title ?? edit.param).toLowerCase()}
            </span>
            <span className="flex min-w-0 items-center gap-1.5 font-mono text-11">
              <del className="truncate">{show(text.params[edit.param], parse(edit.before))}</del>→
              <ins className="truncate">{show(text.params[edit.param], parse(edit.after))}</ins>
            </span>
          </div>
        ))}
        {others.map((r) => (
          <p key={r.code + ("port" in r ? r.port : "")} className="text-11 leading-[1.45] text-ink-2">
            {reason(r, entry, titleOf)}
          </p>
        ))}
        {!over && result && edits.length > 0 && others.length === 0 && (
          <p className="mt-1 text-11 leading-[1.45] text-ink-3">{t("rest", { run: result.run })}</p>
        )}
      </div>
    </section>
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json === "—" ? undefined : json;
  }
}

function Fits({ entry }: { entry: PlanEntry }) {
  const t = useTranslations("app.editor.why");
  const reasons = useTranslations("reasons");
  const format = useFormat();
  const worker = useContext(WorkerContext);
  const needs = Math.max(entry.resources.memoryBytes, entry.estimate.memoryBytes);
  const parts = [
    needs > 0 ? format.bytes(needs) : "",
    format.about(entry.estimate.seconds),
    entry.estimate.wattHours >= 0.005 ? format.wattHours(entry.estimate.wattHours) : "",
  ].filter(Boolean);
  const fits = !worker || worker.memoryBytes - worker.usedBytes >= needs;
  return (
    <section className="box">
      <header>
        {worker && <Icon name={fits ? "check" : "warn"} size={14} />}
        {worker ? (fits ? t("fits") : t("tooBig")) : t("needsTitle")}
      </header>
      <div className="in">
        <p>{t("needs", { parts: parts.join(", ") })}</p>
        <p className="text-11 text-ink-3">{t("from", { count: entry.estimatedFrom })}</p>
        {entry.placed && <Placed placed={entry.placed} />}
        {entry.runtime.in === "python" && (
          <p className="text-11 text-ink-3">{reasons("in-python", { module: entry.runtime.module })}</p>
        )}
        {worker && (
          <>
            <Bar
              className="mt-1.5 mb-1"
              label={t("memory", {
                used: format.bytes(worker.usedBytes + needs),
                total: format.bytes(worker.memoryBytes),
              })}
              base={worker.usedBytes}
              value={worker.usedBytes + needs}
              max={worker.memoryBytes}
            />
            <p className="flex justify-between text-11 text-ink-3">
              <span>{t("inUse", { used: format.bytes(worker.usedBytes), needs: format.bytes(needs) })}</span>
              <span>{t("ofTotal", { total: format.bytes(worker.memoryBytes) })}</span>
            </p>
          </>
        )}
      </div>
    </section>
  );
}
