"use client";
import { Icon } from "@/ui/icon";
import { Th } from "@/ui/table";

export type Sort = { column: string; descending: boolean };

/** Up, then down, then as it lies. */
export function nextSort(column: string, sort: Sort | undefined): Sort | undefined {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? undefined : { column, descending: true };
}

type SortThProps = {
  name: string;
  title: string;
  sort: Sort | undefined;
  className?: string;
  onSort: (sort: Sort | undefined) => void;
};

/** A column's head that sorts by it. */
export function SortTh({ name, title, sort, className, onSort }: SortThProps) {
  const mine = sort?.column === name ? sort : undefined;
  return (
    <Th className={className} aria-sort={mine ? (mine.descending ? "descending" : "ascending") : "none"}>
      <button
        type="button"
        className="-mx-1 inline-flex max-w-full items-center gap-1 rounded-1 px-1 hover:text-ink"
        onClick={() => onSort(nextSort(name, sort))}
      >
        <span className="truncate">{title}</span>
        {mine && <Icon name="down" size={12} className={mine.descending ? "" : "rotate-180"} />}
      </button>
    </Th>
  );
}
