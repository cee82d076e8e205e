import type { ReactNode } from "react";
import { cx } from "./cx";

type EmptyProps = {
  /** What would be here. */
  title: ReactNode;
  children?: ReactNode;
  /** The one way to fill it. */
  action?: ReactNode;
  className?: string;
};

export function Empty({ title, children, action, className }: EmptyProps) {
  return (
    <div className={cx("flex flex-col items-center gap-1.5 px-6 py-10 text-center", className)}>
      <p className="font-medium text-ink">{title}</p>
      {children && <p className="max-w-[44ch] text-ink-3">{children}</p>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** Keeps the shape of what is loading; no spinner. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx("block rounded-1 bg-line", className)} />;
}
