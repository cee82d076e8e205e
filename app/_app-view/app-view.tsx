"use client";
import "./app-view.css";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useEditor, useModel } from "@/app/_editor/context";
import { appInputs, appOutputs, appTargets } from "@/graph/app-view";
import { Empty } from "@/ui/empty";
import { AppForm } from "./app-form";
import { AppOutputs } from "./app-outputs";
import { AppProgress } from "./app-progress";
import type { AppValues } from "./app-run";
import { useAppRun } from "./use-app-run";

/** The graph as colleagues use it who only run: a form, a button, the results. Changes nothing in the graph. */
export function AppView() {
  const { catalogue } = useEditor();
  const t = useTranslations("app.editor");
  const file = useModel((m) => m.file);
  const [values, setValues] = useState<AppValues>({});
  const run = useAppRun();
  const inputs = appInputs(file, catalogue);
  const outputs = appOutputs(file, catalogue);
  const runnable = appTargets(file, catalogue).length > 0;
  const edited = run.used !== undefined && JSON.stringify(run.used) !== JSON.stringify(values);
  return (
    <main className="app-view" aria-label={t("top.app")}>
      <div className="app-doc">
        <aside className="app-side">
          <h1>{file.name}</h1>
          <AppForm
            inputs={inputs}
            values={values}
            onValues={setValues}
            busy={run.busy}
            runnable={runnable}
            onRun={() => run.start(values)}
          />
          {run.run && <AppProgress run={run.run} progress={run.progress} onStop={run.stop} />}
        </aside>
        <section className="app-results" aria-label={t("app.outputs")}>
          {outputs.length ? (
            <AppOutputs outputs={outputs} run={run.run} edited={edited} />
          ) : (
            <Empty title={t("app.noOutputs")}>{t("app.noOutputsHint")}</Empty>
          )}
        </section>
      </div>
    </main>
  );
}
