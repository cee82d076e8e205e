import type { Line } from "./change-text";

/** `Rank 16 → 32`, the old value struck through. */
export function Values({ what, before, after }: Line) {
  return (
    <>
      {what} <del>{before}</del> → <ins>{after}</ins>
    </>
  );
}
