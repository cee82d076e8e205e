"use client";
import type { Row } from "./source";

const AROUND = 28;

/** What stood there and what stands there now: only the part that differs, with a little around it. */
export function Change({ row }: { row: Row }) {
  const before = typeof row.before === "string" ? row.before : "";
  const after = typeof row.after === "string" ? row.after : undefined;
  if (after === undefined || after === "") return <>“{before}”</>;
  const { head, old, now, tail } = difference(before, after);
  return (
    <>
      {head.length > AROUND ? `…${head.slice(-AROUND)}` : head}
      {old && <del>{old}</del>} {now && <mark className="font-mono text-11">{now}</mark>}
      {tail.slice(0, AROUND)}
    </>
  );
}

export function difference(
  before: string,
  after: string,
): { head: string; old: string; now: string; tail: string } {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  return {
    head: before.slice(0, start),
    old: before.slice(start, before.length - end),
    now: after.slice(start, after.length - end),
    tail: before.slice(before.length - end),
  };
}
