import type { ReactNode } from "react";
import { cx } from "./cx";

export function Kbd({ children, inverse }: { children: ReactNode; inverse?: boolean }) {
  return (
    <kbd
      className={cx(
        "inline-flex h-[17px] items-center rounded-1 border px-[5px] font-sans text-10 font-medium leading-none whitespace-nowrap",
        inverse
          ? "border-[color-mix(in_srgb,var(--ink-inverse)_40%,transparent)] text-inverse"
          : "border-line-2 bg-surface text-ink-3",
      )}
    >
      {children}
    </kbd>
  );
}
