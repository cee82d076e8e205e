import { Slot } from "radix-ui";
import type { ButtonHTMLAttributes, Ref } from "react";
import { cx } from "./cx";
import { Icon, type IconName } from "./icon";
import { Tooltip } from "./tooltip";

const VARIANTS = {
  /** At most one a screen: Run. */
  primary:
    "border-ink bg-ink text-inverse hover:border-[color-mix(in_srgb,var(--ink-1)_88%,var(--paper-app))] hover:bg-[color-mix(in_srgb,var(--ink-1)_88%,var(--paper-app))]",
  default:
    "border-line-2 bg-raised text-ink hover:bg-[linear-gradient(var(--hover),var(--hover))] active:bg-[linear-gradient(var(--press),var(--press))]",
  ghost: "border-transparent bg-transparent text-ink hover:bg-hover active:bg-press",
  danger: "border-line-2 bg-raised text-failed hover:bg-[linear-gradient(var(--hover),var(--hover))]",
} as const;

const SIZES = {
  sm: "h-6 px-2 text-11 rounded-[5px]",
  md: "h-7 px-2.5 rounded-2",
  lg: "h-[34px] px-3.5 text-13 rounded-2",
} as const;

export type ButtonProps = {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  icon?: IconName;
  /** Renders the child (a link) with the looks of a button; `icon` does not apply. */
  asChild?: boolean;
  ref?: Ref<HTMLButtonElement>;
} & ButtonHTMLAttributes<HTMLButtonElement>;

const BASE =
  "inline-flex flex-none items-center justify-center gap-1.5 border font-medium whitespace-nowrap select-none transition-colors duration-[90ms] disabled:opacity-45 disabled:pointer-events-none";

export function Button({
  variant = "default",
  size = "md",
  icon,
  asChild,
  className,
  children,
  ...rest
}: ButtonProps) {
  const classes = cx(BASE, VARIANTS[variant], SIZES[size], className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type="button" className={classes} {...rest}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

export type IconButtonProps = Omit<ButtonProps, "icon" | "asChild" | "children"> & {
  icon: IconName;
  /** The accessible name, shown as a tooltip. */
  label: string;
  keys?: string | undefined;
  pressed?: boolean;
};

export function IconButton({
  icon,
  label,
  keys,
  pressed,
  variant = "ghost",
  size = "md",
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={pressed}
        className={cx(
          BASE,
          VARIANTS[variant],
          SIZES[size],
          "!px-0 aria-pressed:bg-press",
          size === "sm" ? "w-6" : size === "lg" ? "w-[34px]" : "w-7",
          className,
        )}
        {...rest}
      >
        <Icon name={icon} size={size === "sm" ? 14 : 16} />
      </button>
    </Tooltip>
  );
}
