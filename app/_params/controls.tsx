"use client";
import { useLocale } from "next-intl";
import { useState } from "react";
import { addressAsTyped, toAddress } from "@/graph/address";
import { Chips } from "@/ui/chips";
import { Input, TextArea } from "@/ui/field";
import { Select } from "@/ui/select";
import { Slider } from "@/ui/slider";
import { useUnit } from "@/ui/use-unit";
import type { Control } from "./control";
import { readNumber, showNumber } from "./form-model";
import { useSuggestions } from "./suggestions";

/** The input itself, by the parameter's widget. */
export function ControlOf(props: Control) {
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
    case "address":
      return <AddressField {...props} />;
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
  const locale = useLocale();
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
          format={(shown) => showNumber(shown, locale)}
        />
      </div>
      <output className="min-w-8 self-start text-right font-semibold">{showNumber(now, locale)}</output>
    </div>
  );
}

/** Keeps what is typed until it is a number. */
function NumberField({ field, value, before, readOnly, onChange, id, invalid, end, say }: Control) {
  const [draft, setDraft] = useState<string>();
  const locale = useLocale();
  const unit = useUnit();
  const shown =
    draft ?? (typeof value === "number" ? showNumber(value, locale) : value == null ? "" : String(value));
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
      unit={field.unit && unit(field.unit)}
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
        if ((e.key !== "ArrowUp" && e.key !== "ArrowDown") || !field.integer || typeof value !== "number")
          return;
        e.preventDefault();
        setDraft(undefined);
        const next = value + (e.key === "ArrowUp" ? 1 : -1) * (e.shiftKey ? 10 : 1);
        onChange(Math.min(field.max ?? next, Math.max(field.min ?? next, next)));
      }}
    />
  );
}

function TextField({
  node,
  field,
  value,
  before,
  readOnly,
  onChange,
  id,
  invalid,
  end,
  join,
}: Control & { join?: boolean }) {
  const suggestions = useSuggestions(node, field);
  const text = Array.isArray(value) ? value.join(", ") : value == null ? "" : String(value);
  const [draft, setDraft] = useState<string>();
  const long = field.widget === "text" && text.length > 48;
  if (long)
    return (
      <LongText
        {...{
          node,
          field,
          value,
          readOnly,
          onChange,
          id,
          invalid,
          end,
          title: "",
          options: {},
          say: () => {},
        }}
        {...(before ? { before } : {})}
      />
    );
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

/** What is typed becomes an address letter by letter: nobody has to know which signs one may have. */
function AddressField({ field, value, before, readOnly, onChange, id, invalid, end }: Control) {
  const text = value == null ? "" : String(value);
  const set = (next: string) => onChange(next === "" && field.optional ? undefined : next);
  const fits = toAddress(text) === text;
  return (
    <Input
      id={id}
      aria-describedby={`${id}-help`}
      value={text}
      readOnly={readOnly}
      changed={before !== undefined}
      invalid={invalid}
      end={end}
      spellCheck={false}
      autoCapitalize="off"
      onChange={(e) => set(addressAsTyped(e.currentTarget.value))}
      onBlur={() => {
        if (!readOnly && !fits) set(toAddress(text));
      }}
    />
  );
}

function LongText({
  field,
  value,
  before,
  readOnly,
  onChange,
  id,
  invalid,
  mono,
}: Control & { mono?: boolean }) {
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
      onChange={(e) =>
        onChange(e.currentTarget.value === "" && field.optional ? undefined : e.currentTarget.value)
      }
    />
  );
}

function JsonField({ value, readOnly, onChange, id, invalid, say, field }: Control) {
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
          say({ code: "not-json" });
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
