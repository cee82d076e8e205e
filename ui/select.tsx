"use client";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";
import { Icon } from "./icon";

type SelectProps<V extends string> = {
  label: string;
  value: V | undefined;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; hint?: ReactNode; disabled?: boolean }[];
  placeholder?: string;
  changed?: boolean;
  disabled?: boolean;
  id?: string;
  className?: string;
};

export function Select<V extends string>({
  label,
  value,
  onChange,
  options,
  placeholder,
  changed,
  disabled,
  id,
  className,
}: SelectProps<V>) {
  return (
    <Radix.Root
      value={value ?? ""}
      onValueChange={(next) => onChange(next as V)}
      disabled={disabled ?? false}
    >
      <Radix.Trigger
        {...(id ? { id } : {})}
        aria-label={label}
        className={cx(
          "flex h-7 w-full min-w-0 items-center gap-1.5 rounded-2 border bg-raised px-2 text-left data-[placeholder]:text-ink-3 disabled:opacity-45",
          changed
            ? "border-stale bg-[color-mix(in_srgb,var(--s-stale-bg)_45%,var(--paper-raised))]"
            : "border-line-2",
          className,
        )}
      >
        <span className="min-w-0 flex-1 truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Icon name="down" size={14} className="text-ink-3" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="appear z-[70] max-h-80 min-w-[var(--radix-select-trigger-width)] overflow-hidden rounded-3 border border-line-2 bg-raised p-1 shadow-3"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="relative flex min-h-7 items-center gap-2 rounded-[5px] py-1 pr-2 pl-7 outline-none select-none data-[disabled]:opacity-45 data-[highlighted]:bg-press"
              >
                <Radix.ItemIndicator className="absolute left-2">
                  <Icon name="check" size={14} />
                </Radix.ItemIndicator>
                <Radix.ItemText>{option.label}</Radix.ItemText>
                {option.hint && <span className="ml-auto pl-3 text-11 text-ink-3">{option.hint}</span>}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
