import type { ReactNode } from "react";
import { cx } from "./cx";

type PanelProps = {
  title?: ReactNode;
  /** A quiet line beside the title. */
  hint?: ReactNode;
  /** Right end of the head. */
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  id?: string;
};

/** A section of a page: one edge, a head, a body without padding. */
export function Panel({ title, hint, actions, children, className, id }: PanelProps) {
  return (
    <section id={id} className={cx("min-w-0 rounded-[10px] border border-line bg-surface", className)}>
      {title && (
        <header className="flex min-h-10 items-center gap-2 border-b border-line px-3 py-[7px]">
          <h2 className="font-semibold whitespace-nowrap">{title}</h2>
          {hint && <span className="min-w-0 truncate text-11 text-ink-3">{hint}</span>}
          <span className="flex-1" />
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

const NOTE = {
  neutral: "bg-neutral-soft text-ink-2",
  stale: "bg-stale-soft text-ink-2",
  failed: "bg-failed-soft text-ink-2",
  frozen: "bg-frozen-soft text-ink-2",
} as const;

/** One thing to know, in a sentence or two. */
export function NoteBox({
  tone = "neutral",
  mark,
  children,
  className,
}: {
  tone?: keyof typeof NOTE;
  mark?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <div className={cx("flex gap-2 rounded-2 px-2.5 py-2 text-11 leading-[1.45]", NOTE[tone], className)}>
      {mark && <span className="mt-px flex-none">{mark}</span>}
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
