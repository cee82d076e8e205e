"use client";
import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

type ChipsProps<V extends string> = {
  label: string;
  value: readonly V[];
  options: readonly { value: V; label: ReactNode }[];
  onChange: (value: V[]) => void;
  mono?: boolean;
  disabled?: boolean;
};

/** Any of a few, all in sight. */
export function Chips<V extends string>({ label, value, options, onChange, mono, disabled }: ChipsProps<V>) {
  return (
    <ToggleGroup.Root
      type="multiple"
      aria-label={label}
      value={[...value]}
      disabled={disabled ?? false}
      onValueChange={(next) => onChange(options.map((o) => o.value).filter((v) => next.includes(v)))}
      className="flex flex-wrap gap-1"
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className={cx(
            "inline-flex h-[22px] items-center rounded-[5px] border border-line-2 px-[7px] text-11 leading-none font-medium text-ink-3 hover:text-ink data-[state=on]:border-ink data-[state=on]:bg-ink data-[state=on]:text-inverse disabled:opacity-45",
            mono && "font-mono",
          )}
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

const TONES = {
  neutral: "bg-neutral-soft text-ink-2",
  ok: "bg-ok-soft text-ok",
  stale: "bg-stale-soft text-stale",
  failed: "bg-failed-soft text-failed",
  frozen: "bg-frozen-soft text-frozen",
  line: "border border-line-2 text-ink-2",
} as const;
export type Tone = keyof typeof TONES;

/** A small label that says something; not a control. */
export function Chip({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex h-5 flex-none items-center gap-[5px] rounded-[5px] px-[7px] text-11 font-medium whitespace-nowrap",
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}
