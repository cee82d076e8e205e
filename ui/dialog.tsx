"use client";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "./cx";

type DialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** Said to screen readers even when `hideTitle`. */
  description?: ReactNode;
  hideTitle?: boolean;
  /** The focus goes back to where it was; what this does comes after. */
  onClosed?: () => void;
  /** Of a dialog that is read first: no control in it is pressed by a key that was meant for something else. */
  focusSelf?: true;
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
};

export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  hideTitle,
  onClosed,
  focusSelf,
  children,
  footer,
  className,
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-scrim" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          {...(onClosed ? { onCloseAutoFocus: () => queueMicrotask(onClosed) } : {})}
          {...(focusSelf
            ? {
                onOpenAutoFocus: (event: Event) => {
                  event.preventDefault();
                  (event.currentTarget as HTMLElement).focus();
                },
              }
            : {})}
          className={cx(
            "appear fixed top-[14vh] left-1/2 z-[55] flex max-h-[72vh] w-[min(560px,calc(100vw-32px))] -translate-x-1/2 flex-col overflow-hidden rounded-4 border border-line-2 bg-raised shadow-3 outline-none",
            className,
          )}
        >
          <header className={cx("flex-none px-4 pt-3.5 pb-2", hideTitle && "sr-only")}>
            <Radix.Title className="text-15 font-semibold tracking-[-0.01em]">{title}</Radix.Title>
            {description && (
              <Radix.Description className="mt-0.5 text-ink-2">{description}</Radix.Description>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
          {footer && (
            <footer className="flex flex-none items-center justify-end gap-2 border-t border-line px-4 py-3">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
