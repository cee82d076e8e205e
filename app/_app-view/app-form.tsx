"use client";
import { useTranslations } from "next-intl";
import { useEditor, useModel } from "@/app/_editor/context";
import { useKindTexts } from "@/app/_editor/kind-text";
import { fieldProblem, formModel } from "@/app/_params/form-model";
import { ParamField } from "@/app/_params/param-field";
import type { AppInput } from "@/graph/app-view";
import type { JsonValue } from "@/graph/document";
import { Button } from "@/ui/button";
import type { AppValues } from "./app-run";

type AppFormProps = {
  inputs: readonly AppInput[];
  values: AppValues;
  onValues: (values: AppValues) => void;
  busy: boolean;
  runnable: boolean;
  onRun: () => void;
};

/** The chosen parameters with the graph's values; what is changed here holds for one run. */
export function AppForm({ inputs, values, onValues, busy, runnable, onRun }: AppFormProps) {
  const { catalogue, may } = useEditor();
  const mayRun = may("run.start-app");
  const t = useTranslations("app.editor.app");
  const failures = useTranslations("failures");
  const params = useModel((m) => m.inferred.params);
  const wrong = inputs.some(({ ref, node, param }) => {
    const definition = catalogue[node.kind];
    return definition && ref in values && fieldProblem(definition, param, values[ref]) !== undefined;
  });
  const changed = Object.keys(values).length > 0;
  return (
    <form
      className="app-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy && !wrong && runnable && mayRun) onRun();
      }}
    >
      {inputs.length === 0 && <p className="text-11 text-ink-3">{t("noInputs")}</p>}
      {inputs.map((input) => (
        <AppField
          key={input.ref}
          input={input}
          given={params[input.node.id]?.[input.param]}
          values={values}
          onValues={onValues}
        />
      ))}
      <div className="flex items-center gap-2">
        <Button
          type="submit"
          variant="primary"
          size="lg"
          icon="play"
          disabled={busy || wrong || !runnable || !mayRun}
        >
          {busy ? t("running") : t("run")}
        </Button>
        {changed && (
          <Button variant="ghost" size="sm" onClick={() => onValues({})}>
            {t("reset")}
          </Button>
        )}
      </div>
      <p className="text-11 text-ink-3">{mayRun ? t("hint") : failures("role-too-low")}</p>
    </form>
  );
}

type AppFieldProps = {
  input: AppInput;
  /** The graph's own value. */
  given: unknown;
  values: AppValues;
  onValues: (values: AppValues) => void;
};

function AppField({ input: { ref, node, param }, given, values, onValues }: AppFieldProps) {
  const { catalogue } = useEditor();
  const text = useKindTexts()(node.kind);
  const definition = catalogue[node.kind];
  const field = definition && formModel(definition).find((one) => one.name === param);
  if (!field) return null;
  const own = text.params[param];
  const change = (next: unknown) => {
    const { [ref]: _before, ...rest } = values;
    const same = JSON.stringify(next) === JSON.stringify(given);
    onValues(next === undefined || same ? rest : { ...rest, [ref]: next as JsonValue });
  };
  return (
    <div>
      <ParamField
        node={node}
        field={field}
        title={own?.title ?? param}
        {...(own?.help ? { help: own.help } : {})}
        options={own?.options ?? {}}
        value={ref in values ? values[ref] : given}
        readOnly={false}
        onChange={change}
        {...(ref in values ? { before: { value: given } } : {})}
      />
      <p className="mt-0.5 text-10 text-ink-3">{node.title ?? text.title}</p>
    </div>
  );
}
