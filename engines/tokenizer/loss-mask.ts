import type { Span } from "../jinja/template";

/**
 * 1 for each token that begins inside a span, or in white space right before it: a first word is often one token with
 * the space that the template prints. One walk over text and tokens.
 * @param spans in order, UTF-16 indices, end exclusive
 * @param offsets of each token, in code points of `text`; an empty one belongs to nothing that was written
 */
export function lossMask(
  text: string,
  spans: readonly Span[],
  offsets: readonly (readonly number[])[],
): number[] {
  let [unit, point] = [0, 0];
  /** Code points before a place; places come in order. */
  const pointsTo = (place: number): number => {
    while (unit < place) {
      const first = text.charCodeAt(unit) & 0xfc00;
      const pair = first === 0xd800 && unit + 1 < place && (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00;
      unit += pair ? 2 : 1;
      point++;
    }
    return point;
  };
  const inPoints = spans.map(({ start, end }) => {
    let space = start;
    while (space > unit && /\s/.test(text[space - 1]!)) space--;
    const blanks = start - space;
    const from = pointsTo(start);
    return { space: from - blanks, start: from, end: pointsTo(end) };
  });
  let span = 0;
  return offsets.map(([start = 0, end = 0]) => {
    while (span < inPoints.length && start >= inPoints[span]!.end) span++;
    const current = inPoints[span];
    return current && start >= current.space && end > Math.max(start, current.start) ? 1 : 0;
  });
}
