"use client";
import { Switch as Radix } from "radix-ui";

type SwitchProps = {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  id?: string;
};

export function Switch({ label, checked, onChange, disabled, id }: SwitchProps) {
  return (
    <Radix.Root
      {...(id ? { id } : {})}
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled ?? false}
      className="relative h-4 w-7 flex-none rounded-full bg-line-3 transition-colors data-[state=checked]:bg-ink disabled:opacity-45"
    >
      <Radix.Thumb className="block size-3 translate-x-0.5 rounded-full bg-raised transition-transform data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-inverse" />
    </Radix.Root>
  );
}
