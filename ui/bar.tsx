import { cx } from "./cx";

type BarProps = {
  label: string;
  value: number;
  max: number;
  /** What was in use before this part: drawn lighter, in front. */
  base?: number;
  height?: number;
  className?: string;
};

const percent = (part: number, whole: number) =>
  `${whole > 0 ? Math.min(100, Math.max(0, (part / whole) * 100)) : 0}%`;

/** How much of a whole: memory, progress. */
export function Bar({ label, value, max, base = 0, height = 6, className }: BarProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers do not let the parts of <meter> be drawn
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={Math.min(value, max)}
      className={cx("flex min-w-0 overflow-hidden rounded-[3px] bg-line", className)}
      style={{ height }}
    >
      {base > 0 && <i className="bg-line-3" style={{ width: percent(base, max) }} />}
      <i className="bg-ink-2" style={{ width: percent(value - base, max) }} />
    </div>
  );
}

/** Countable things, some in use: slots, cores. */
export function Cells({
  label,
  used,
  total,
  className,
}: {
  label: string;
  used: number;
  total: number;
  className?: string;
}) {
  const cells = Math.max(1, Math.min(total, 32));
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers do not let the parts of <meter> be drawn
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={used}
      className={cx("flex min-w-0 gap-[3px]", className)}
    >
      {Array.from({ length: cells }, (_, i) => i).map((i) => (
        <i
          key={i}
          className={cx("h-2 flex-1 rounded-[2px] border", i < used ? "border-ink bg-ink" : "border-line-3")}
        />
      ))}
    </div>
  );
}
