import type { ReactNode, TableHTMLAttributes, TdHTMLAttributes, ThHTMLAttributes } from "react";
import { cx } from "./cx";

type TableProps = { dense?: boolean; children: ReactNode } & TableHTMLAttributes<HTMLTableElement>;

export function Table({ dense, className, children, ...rest }: TableProps) {
  return (
    <table
      {...rest}
      className={cx(
        "w-full border-collapse [&_tbody_tr:last-child>td]:border-b-0 [&_tbody_tr:hover]:bg-hover",
        dense ? "[&_td]:py-1" : "[&_td]:py-[7px]",
        className,
      )}
    >
      {children}
    </table>
  );
}

type Align = { num?: boolean };

export function Th({ num, className, ...rest }: Align & ThHTMLAttributes<HTMLTableCellElement>) {
  return (
    <th
      scope="col"
      {...rest}
      className={cx(
        "border-b border-line px-2.5 py-1.5 text-11 font-medium whitespace-nowrap text-ink-3",
        num ? "text-right" : "text-left",
        className,
      )}
    />
  );
}

export function Td({ num, className, ...rest }: Align & TdHTMLAttributes<HTMLTableCellElement>) {
  return (
    <td
      {...rest}
      className={cx(
        "border-b border-line px-2.5 align-middle",
        num && "text-right whitespace-nowrap",
        className,
      )}
    />
  );
}
