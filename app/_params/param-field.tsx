"use client";
import { useLocale, useTranslations } from "next-intl";
import { useId, useState } from "react";
import { useEditor, useStatus } from "@/app/_editor/context";
import { Placed } from "@/app/_editor/placed";
import { useParamValue } from "@/app/_editor/words";
import { Field } from "@/ui/field";
import { Icon } from "@/ui/icon";
import { Switch } from "@/ui/switch";
import { Tooltip } from "@/ui/tooltip";
import { useUnit } from "@/ui/use-unit";
import type { Control, ParamFieldProps } from "./control";
import { ControlOf } from "./controls";
import { type FieldModel, type FieldProblem, fieldProblem, showNumber } from "./form-model";
import { PathFacts } from "./path-facts";

export function ParamField(props: ParamFieldProps) {
  const { field, node, title, help, options, value, before, readOnly, onChange } = props;
  const id = useId();
  const t = useTranslations("app.editor.form");
  const locale = useLocale();
  const number = (shown: number) => showNumber(shown, locale);
  const unit = useUnit();
  const show = useParamValue();
  const { catalogue } = useEditor();
  const [typed, setTyped] = useState<FieldProblem>();
  const definition = catalogue[node.kind];
  const placed = useStatus((s) => s.plan?.nodes.find((n) => n.id === node.id)?.placed);
  const problem = typed ?? (definition ? fieldProblem(definition, field.name, value) : undefined);
  const was = before && show({ options }, before.value);
  const end =
    before && !readOnly ? (
      <button
        type="button"
        title={t("putBack", { value: was ?? "" })}
        aria-label={t("putBackName", { title, value: was ?? "" })}
        className="flex-none text-stale"
        onClick={() => {
          setTyped(undefined);
          onChange(before.value ?? undefined);
        }}
      >
        <Icon name="undo" size={14} />
      </button>
    ) : undefined;
  const hint = before ? (
    <span className="flex items-baseline gap-1">
      {t("was")} <del>{was}</del>
    </span>
  ) : (
    shortEnough(title, rangeHint(field, t, number, unit))
  );
  const control: Control = { ...props, id, invalid: problem !== undefined, end, say: setTyped };
  const error = problem && sentence(problem, t, number);

  if (field.widget === "switch") {
    return (
      <div>
        <div className="flex min-h-6 items-center justify-between gap-3">
          <label htmlFor={id} className="text-11 font-medium text-ink-2">
            <Helped title={title} help={help} id={id} />
          </label>
          <span className="flex items-center gap-2">
            {before && <small className="text-10 text-ink-3">{hint}</small>}
            <Switch id={id} label={title} checked={value === true} onChange={onChange} disabled={readOnly} />
          </span>
        </div>
      </div>
    );
  }
  return (
    <Field label={<Helped title={title} help={help} id={id} />} htmlFor={id} hint={hint} error={error}>
      <ControlOf {...control} />
      {field.widget === "path" && !error && <PathFacts node={node} field={field} />}
      {field.name === "engine" && definition?.place && placed && <Placed placed={placed} />}
    </Field>
  );
}

/** A label whose help shows on hover and focus; screen readers get it with the field. */
function Helped({ title, help, id }: { title: string; help: string | undefined; id: string }) {
  if (!help) return title;
  return (
    <>
      <Tooltip text={help} side="left">
        <span className="cursor-help underline decoration-line-2 decoration-dotted underline-offset-[3px]">
          {title}
        </span>
      </Tooltip>
      <span id={`${id}-help`} className="sr-only">
        {help}
      </span>
    </>
  );
}

/** In half a column a label goes before its range. */
const shortEnough = (title: string, hint: string | undefined) =>
  hint && title.length + hint.length <= 23 ? hint : undefined;

type Words = ReturnType<typeof useTranslations<"app.editor.form">>;

function rangeHint(
  field: FieldModel,
  t: Words,
  number: (value: number) => string,
  unit: (name: string) => string,
): string | undefined {
  if (field.widget === "slider") return field.unit && unit(field.unit);
  const { min, max } = field;
  if (field.widget !== "number") return field.optional ? t("optional") : undefined;
  if (min !== undefined && max !== undefined) return t("between", { min: number(min), max: number(max) });
  if (min !== undefined && min > 0) return t("from", { min: number(min) });
  return field.optional ? t("optional") : undefined;
}

function sentence(problem: FieldProblem, t: Words, number: (value: number) => string): string {
  switch (problem.code) {
    case "too-small":
      return t("tooSmall", { min: number(problem.min) });
    case "too-big":
      return t("tooBig", { max: number(problem.max) });
    case "not-a-number":
      return t("notANumber");
    case "not-whole":
      return t("notWhole");
    case "missing":
      return t("missing");
    case "above":
      return t("above", { min: number(problem.min) });
    case "below":
      return t("below", { max: number(problem.max) });
    case "too-short":
      return t("tooShort", { min: problem.min });
    case "too-few":
      return t("tooFew", { min: problem.min });
    case "too-long":
      return t("tooLong", { max: problem.max });
    case "too-many":
      return t("tooMany", { max: problem.max });
    case "not-an-option":
      return t("notAnOption");
    case "not-json":
      return t("notJson");
    case "form":
      return t("form", { form: problem.form });
  }
}
