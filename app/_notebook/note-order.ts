/** Where a note goes when it is moved past a cell. Pure. */

/** `after` is the cell it stands under, undefined at the top. Undefined answer: it is at the end already. */
export function noteStep(
  order: readonly string[],
  after: string | undefined,
  way: "up" | "down",
): { after: string | undefined } | undefined {
  const at = after === undefined ? -1 : order.indexOf(after);
  const next = at + (way === "up" ? -1 : 1);
  if (next < -1 || next >= order.length) return undefined;
  return { after: next === -1 ? undefined : order[next] };
}
