/** Where the assistant's words lie in a rendered conversation. */
import type { Message } from "./chat-template";

/** UTF-16 indices into the rendered text, end exclusive. */
export type Span = { start: number; end: number };

/** Stands for an answer while looking for its place. Private-use characters: no row holds it, no template trims it. */
const MARK = "\u{F8FE}\u{F0000}\u{F8FE}";

/**
 * One span for each assistant message: its content as the template prints it, with the token that ends its turn.
 * Each is found by rendering the whole conversation once more with a mark in the answer's place; what stands before
 * and after the mark must stand so in `text` too. This holds for templates that trim or look at other turns;
 * an answer that a template drops or rewrites beyond that has no span.
 * @param enders special tokens that may end a turn
 */
export function answerSpans(
  messages: readonly Message[],
  text: string,
  render: (messages: readonly Message[]) => string,
  enders: readonly string[],
): Span[] {
  const spans: Span[] = [];
  for (const [i, message] of messages.entries()) {
    if (message.role !== "assistant") continue;
    const marked = render(messages.map((other, j) => (j === i ? { ...other, content: MARK } : other)));
    const at = marked.indexOf(MARK);
    if (at < 0) continue;
    const before = marked.slice(0, at);
    const after = marked.slice(at + MARK.length);
    const end = text.length - after.length;
    if (end < at || !text.startsWith(before) || !text.endsWith(after)) continue;
    spans.push({ start: at, end: end + enderLength(after, enders) });
  }
  return spans;
}

/** Length of what ends the turn at the start of `after`: white space at most, then a special token. */
function enderLength(after: string, enders: readonly string[]): number {
  const space = /^\s*/.exec(after)![0].length;
  const ender = enders
    .filter((token) => after.startsWith(token, space))
    .sort((a, b) => b.length - a.length)[0];
  return ender === undefined ? 0 : space + ender.length;
}

/**
 * 1 for each token that begins inside a span, or in white space right before it: a first word is often one token with
 * the space that the template prints.
 * @param offsets of each token, in code points of `text`; an empty one belongs to nothing that was written
 */
export function maskOf(
  text: string,
  spans: readonly Span[],
  offsets: readonly (readonly number[])[],
): number[] {
  const inPoints = spans.map(({ start, end }) => {
    const from = codePoints(text, 0, start);
    const before = text.slice(0, start);
    return {
      space: from - (before.length - before.trimEnd().length),
      start: from,
      end: from + codePoints(text, start, end),
    };
  });
  let span = 0;
  return offsets.map(([start = 0, end = 0]) => {
    while (span < inPoints.length && start >= inPoints[span]!.end) span++;
    const current = inPoints[span];
    return current && start >= current.space && end > Math.max(start, current.start) ? 1 : 0;
  });
}

/** A surrogate pair is one; a lone surrogate is one too. */
function codePoints(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const pair =
      i + 1 < to && (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    if (pair) i++;
    count++;
  }
  return count;
}
