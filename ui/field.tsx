import type { InputHTMLAttributes, ReactNode, Ref, TextareaHTMLAttributes } from "react";
import { cx } from "./cx";
import { Icon, type IconName } from "./icon";

const BOX =
  "flex min-w-0 items-center gap-1.5 rounded-2 border bg-raised px-2 focus-within:border-ink focus-within:shadow-[0_0_0_3px_var(--select-ring)]";

function boxTone(changed?: boolean, invalid?: boolean) {
  if (invalid) return "border-failed";
  if (changed) return "border-stale bg-[color-mix(in_srgb,var(--s-stale-bg)_45%,var(--paper-raised))]";
  return "border-line-2";
}

type FieldProps = {
  label: ReactNode;
  htmlFor?: string;
  /** Unit, range, or the value before the change, on the right of the label. */
  hint?: ReactNode;
  help?: ReactNode;
  error?: ReactNode;
  children: ReactNode;
  className?: string;
};

export function Field({ label, htmlFor, hint, help, error, children, className }: FieldProps) {
  return (
    <div className={cx("min-w-0", className)}>
      <div className="mb-[3px] flex items-baseline justify-between gap-1.5 text-11 font-medium text-ink-2">
        <label htmlFor={htmlFor} className="truncate">
          {label}
        </label>
        {hint && <small className="text-10 font-normal whitespace-nowrap text-ink-3">{hint}</small>}
      </div>
      {children}
      {error ? (
        <p role="alert" className="mt-1 text-11 leading-snug text-failed">
          {error}
        </p>
      ) : (
        help && <p className="mt-1 text-11 leading-snug text-ink-3">{help}</p>
      )}
    </div>
  );
}

export type InputProps = {
  icon?: IconName;
  unit?: ReactNode;
  changed?: boolean;
  invalid?: boolean;
  /** Anything at the right end: an undo button, a stepper. */
  end?: ReactNode;
  mono?: boolean;
  ref?: Ref<HTMLInputElement>;
} & InputHTMLAttributes<HTMLInputElement>;

export function Input({ icon, unit, changed, invalid, end, mono, className, ...rest }: InputProps) {
  return (
    <div className={cx(BOX, boxTone(changed, invalid), "h-7", className)}>
      {icon && <Icon name={icon} size={14} className="text-ink-3" />}
      <input
        {...rest}
        aria-invalid={invalid || undefined}
        className={cx("w-full min-w-0 bg-transparent outline-none", mono && "font-mono text-11")}
      />
      {unit && <span className="text-11 whitespace-nowrap text-ink-3">{unit}</span>}
      {end}
    </div>
  );
}

export type TextAreaProps = {
  changed?: boolean;
  invalid?: boolean;
  mono?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
} & TextareaHTMLAttributes<HTMLTextAreaElement>;

export function TextArea({ changed, invalid, mono, className, ...rest }: TextAreaProps) {
  return (
    <div className={cx(BOX, boxTone(changed, invalid), "py-1.5", className)}>
      <textarea
        {...rest}
        aria-invalid={invalid || undefined}
        className={cx("w-full min-w-0 resize-y bg-transparent outline-none", mono && "font-mono text-11")}
      />
    </div>
  );
}
