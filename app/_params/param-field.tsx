"use client";
import { useTranslations } from "next-intl";
import { type ReactNode, useId, useState } from "react";
import { useEditor } from "@/app/_editor/context";
import { useParamValue } from "@/app/_editor/words";
import { Chips } from "@/app/_ui/chips";
import { Field, Input, TextArea } from "@/app/_ui/field";
import { Icon } from "@/app/_ui/icon";
import { Select } from "@/app/_ui/select";
import { Slider } from "@/app/_ui/slider";
import { Switch } from "@/app/_ui/switch";
import { Tooltip } from "@/app/_ui/tooltip";
import type { GraphNode } from "@/graph/document";
import { type FieldModel, type FieldProblem, fieldProblem, readNumber, showNumber } from "./form-model";
import { PathFacts } from "./path-facts";
import { useSuggestions } from "./suggestions";

export type ParamFieldProps = {
  node: GraphNode;
  field: FieldModel;
  title: string;
  help?: string;
  options: Record<string, string>;
  value: unknown;
  /** Its value in the last successful run, when that was another one. */
  before?: { value: unknown };
  readOnly: boolean;
  onChange: (value: unknown) => void;
};

type Control = ParamFieldProps & { id: string; invalid: boolean; end: ReactNode; say: (problem: FieldProblem | undefined) => void };

export function ParamField(props: ParamFieldProps) {
  const { field, node, title, help, options, value, before, readOnly, onChange } = props;
  const id = useId();
  const t = useTranslations("app.editor.form");
  const show = useParamValue();
  const { catalogue } = useEditor();
  const [typed, setTyped] = useState<FieldProblem>();
  const definition = catalogue[node.kind];
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
    shortEnough(title, rangeHint(field, t))
  );
  const control: Control = { ...props, id, invalid: problem !== undefined, end, say: setTyped };
  const error = problem && sentence(problem, t);

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
    </Field>
  );
}

/** A label whose help shows on hover and focus; screen readers get it with the field. */
function Helped({ title, help, id }: { title: string; help: string | undefined; id: string }) {
  if (!help) return title;
  return (
    <>
      <Tooltip text={help} side="left">
        <span className="cursor-help underline decoration-line-2 decoration-dotted underline-offset-[3px]">{title}</span>
      </Tooltip>
      <span id={`${id}-help`} className="sr-only">
        {help}
      </span>
    </>
  );
}

/** In half a column a label goes before its range. */
const shortEnough = (title: string, hint: string | undefined) => (hint && title.length + hint.length <= 23 ? hint : undefined);

function ControlOf(props: Control) {
  const { field, title, options, value, before, readOnly, onChange, id } = props;
  switch (field.widget) {
    case "slider":
      return <SliderField {...props} />;
    case "number":
      return <NumberField {...props} />;
    case "select":
      return (
        <Select
          id={id}
          label={title}
          value={value === undefined || value === null ? undefined : String(value)}
          disabled={readOnly}
          changed={before !== undefined}
          options={(field.options ?? []).map((o) => ({ value: o, label: options[o] ?? o }))}
          onChange={onChange}
        />
      );
    case "multiselect":
      return (
        <Chips
          label={title}
          value={Array.isArray(value) ? value.map(String) : []}
          options={(field.options ?? []).map((o) => ({ value: o, label: options[o] ?? o }))}
          disabled={readOnly}
          onChange={onChange}
        />
      );
    case "list":
      return <TextField {...props} join />;
    case "code":
      return <LongText {...props} mono />;
    case "json":
      return <JsonField {...props} />;
    case "secret":
      return <SecretField {...props} />;
    default:
      return <TextField {...props} />;
  }
}

function SliderField({ field, title, value, readOnly, onChange }: Control) {
  const [held, setHeld] = useState<number>();
  const now = held ?? (typeof value === "number" ? value : (field.min ?? 0));
  const { min = 0, max = 1 } = field;
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1">
        <Slider
          label={title}
          value={now}
          min={min}
          max={max}
          step={field.step ?? (max - min) / 100}
          disabled={readOnly}
          onChange={setHeld}
          onCommit={(next) => {
            setHeld(undefined);
            onChange(next);
          }}
          ticks={[min, max]}
          format={showNumber}
        />
      </div>
      <output className="min-w-8 self-start text-right font-semibold">{showNumber(now)}</output>
    </div>
  );
}

/** Keeps what is typed until it is a number. */
function NumberField({ field, value, before, readOnly, onChange, id, invalid, end, say }: Control) {
  const [draft, setDraft] = useState<string>();
  const shown = draft ?? (typeof value === "number" ? showNumber(value) : value == null ? "" : String(value));
  return (
    <Input
      id={id}
      aria-describedby={`${id}-help`}
      inputMode="decimal"
      value={shown}
      readOnly={readOnly}
      changed={before !== undefined}
      invalid={invalid}
      end={end}
      unit={field.unit}
      placeholder={field.optional ? "–" : undefined}
      onChange={(e) => {
        const text = e.currentTarget.value;
        setDraft(text);
        const number = readNumber(text);
        if (text.trim() === "") {
          say(field.optional || field.default !== undefined ? undefined : { code: "missing" });
          onChange(field.default === null ? null : undefined);
        } else if (number === undefined) say({ code: "not-a-number" });
        else {
          say(undefined);
          onChange(number);
        }
      }}
      onBlur={() => {
        setDraft(undefined);
        say(undefined);
      }}
      onKeyDown={(e) => {
        if ((e.key !== "ArrowUp" && e.key !== "ArrowDown") || !field.integer || typeof value !== "number") return;
        e.preventDefault();
        setDraft(undefined);
        const next = value + (e.key === "ArrowUp" ? 1 : -1) * (e.shiftKey ? 10 : 1);
        onChange(Math.min(field.max ?? next, Math.max(field.min ?? next, next)));
      }}
    />
  );
}

function TextField({ node, field, value, before, readOnly, onChange, id, invalid, end, join }: Control & { join?: boolean }) {
  const suggestions = useSuggestions(node, field);
  const text = Array.isArray(value) ? value.join(", ") : value == null ? "" : String(value);
  const [draft, setDraft] = useState<string>();
  const long = field.widget === "text" && text.length > 48;
  if (long) return <LongText {...{ node, field, value, readOnly, onChange, id, invalid, end, title: "", options: {}, say: () => {} }} {...(before ? { before } : {})} />;
  return (
    <>
      <Input
        id={id}
        aria-describedby={`${id}-help`}
        value={draft ?? text}
        readOnly={readOnly}
        changed={before !== undefined}
        invalid={invalid}
        end={end}
        {...(field.widget === "path" ? { icon: "folder" as const } : {})}
        spellCheck={false}
        list={suggestions.length ? `${id}-list` : undefined}
        onChange={(e) => {
          const next = e.currentTarget.value;
          if (join) {
            setDraft(next);
            const items = next.split(",").map((s) => s.trim());
            onChange(items.filter(Boolean));
          } else onChange(next === "" && field.optional ? undefined : next);
        }}
        onBlur={() => setDraft(undefined)}
      />
      {suggestions.length > 0 && (
        <datalist id={`${id}-list`}>
          {suggestions.map((s) => (
            <option key={s} value={s} />
          ))}
        </datalist>
      )}
    </>
  );
}

function LongText({ field, value, before, readOnly, onChange, id, invalid, mono }: Control & { mono?: boolean }) {
  const text = value == null ? "" : String(value);
  return (
    <TextArea
      id={id}
      rows={Math.min(12, Math.max(3, text.split("\n").length + 1))}
      value={text}
      readOnly={readOnly}
      changed={before !== undefined}
      invalid={invalid}
      mono={mono ?? false}
      spellCheck={!mono}
      onChange={(e) => onChange(e.currentTarget.value === "" && field.optional ? undefined : e.currentTarget.value)}
    />
  );
}

function JsonField({ value, readOnly, onChange, id, invalid, say, field }: Control) {
  const t = useTranslations("app.editor.form");
  const [draft, setDraft] = useState<string>();
  return (
    <TextArea
      id={id}
      mono
      rows={4}
      spellCheck={false}
      value={draft ?? (value === undefined ? "" : JSON.stringify(value, null, 2))}
      readOnly={readOnly}
      invalid={invalid}
      onChange={(e) => {
        const text = e.currentTarget.value;
        setDraft(text);
        if (text.trim() === "" && (field.optional || field.default !== undefined)) {
          say(undefined);
          onChange(undefined);
          return;
        }
        try {
          onChange(JSON.parse(text));
          say(undefined);
        } catch {
          say({ code: "other", message: t("notJson") });
        }
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}

/** Only the secret's name stands in a graph. */
function SecretField({ value, before, readOnly, onChange, id, invalid, end }: Control) {
  const name = typeof value === "object" && value !== null && "secret" in value ? String(value.secret) : "";
  return (
    <Input
      id={id}
      icon="key"
      mono
      value={name}
      readOnly={readOnly}
      changed={before !== undefined}
      invalid={invalid}
      end={end}
      spellCheck={false}
      onChange={(e) => onChange(e.currentTarget.value ? { secret: e.currentTarget.value } : undefined)}
    />
  );
}

type Words = ReturnType<typeof useTranslations<"app.editor.form">>;

function rangeHint(field: FieldModel, t: Words): string | undefined {
  if (field.widget === "slider") return field.unit;
  const { min, max } = field;
  if (field.widget !== "number") return field.optional ? t("optional") : undefined;
  if (min !== undefined && max !== undefined) return t("between", { min: showNumber(min), max: showNumber(max) });
  if (min !== undefined && min > 0) return t("from", { min: showNumber(min) });
  return field.optional ? t("optional") : undefined;
}

function sentence(problem: FieldProblem, t: Words): string {
  switch (problem.code) {
    case "too-small":
      return t("tooSmall", { min: showNumber(problem.min) });
    case "too-big":
      return t("tooBig", { max: showNumber(problem.max) });
    case "not-a-number":
      return t("notANumber");
    case "not-whole":
      return t("notWhole");
    case "missing":
      return t("missing");
    default:
      return problem.message;
  }
}
