"use client";
import { DropdownMenu as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { cx } from "./cx";
import { Icon, type IconName } from "./icon";
import { Kbd } from "./kbd";

const CONTENT =
  "appear z-[60] max-h-[min(480px,var(--radix-dropdown-menu-content-available-height,480px))] min-w-52 overflow-y-auto rounded-3 border border-line-2 bg-raised p-1 shadow-3";
const ITEM =
  "flex min-h-7 items-center gap-2 rounded-[5px] px-2 py-1 outline-none select-none data-[highlighted]:bg-press data-[disabled]:opacity-45";

type MenuProps = {
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  children: ReactNode;
  className?: string;
};

export function Menu({ trigger, align = "start", children, className }: MenuProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={4} collisionPadding={8} className={cx(CONTENT, className)}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type MenuAtProps = {
  /** On screen. */
  at: { x: number; y: number };
  label: string;
  onClose: () => void;
  /** `choose` does what was chosen once the menu has given the focus back. */
  children: (choose: (act: () => void) => void) => ReactNode;
};

/** A menu that stands open at a spot. */
export function MenuAt({ at, label, onClose, children }: MenuAtProps) {
  const chosen = useRef<() => void>(undefined);
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Trigger asChild>
        <span className="fixed" style={{ left: at.x, top: at.y }} aria-hidden="true" />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align="start"
          sideOffset={2}
          collisionPadding={8}
          className={CONTENT}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            chosen.current?.();
            chosen.current = undefined;
          }}
        >
          {children((act) => {
            chosen.current = act;
          })}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export type MenuItemProps = {
  children: ReactNode;
  icon?: IconName;
  keys?: string | undefined;
  /** A quiet second column: a count, a number, a date. */
  hint?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect?: () => void;
};

function ItemBody({ children, icon, keys, hint }: MenuItemProps) {
  return (
    <>
      {icon && <Icon name={icon} className="text-ink-3" />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint !== undefined && <span className="text-11 text-ink-3">{hint}</span>}
      {keys && <Kbd>{keys}</Kbd>}
    </>
  );
}

export function MenuItem(props: MenuItemProps) {
  return (
    <Radix.Item
      disabled={props.disabled ?? false}
      onSelect={props.onSelect}
      className={cx(ITEM, props.danger && "text-failed")}
    >
      <ItemBody {...props} />
    </Radix.Item>
  );
}

/** One of several, the chosen one ticked. */
export function MenuChoices<V extends string>(props: {
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; hint?: ReactNode }[];
}) {
  return (
    <Radix.RadioGroup value={props.value} onValueChange={(value) => props.onChange(value as V)}>
      {props.options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={cx(ITEM, "pl-7 relative")}>
          <Radix.ItemIndicator className="absolute left-2">
            <Icon name="check" size={14} />
          </Radix.ItemIndicator>
          <ItemBody hint={option.hint}>{option.label}</ItemBody>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2 pt-1.5 pb-0.5 text-10 font-medium text-ink-3">{children}</Radix.Label>;
}

export function MenuRule() {
  return <Radix.Separator className="my-1 border-t border-line" />;
}
