/** Where the assistant's words lie in a rendered conversation, in a number of renders that does not grow with it. */
import { Failure } from "@/graph/problems";
import type { Span } from "../jinja/template";
import type { RenderedChat } from "./chat-template";
import { freeMarks, type Marks } from "./literal-tokens";
import type { ChatMessage } from "./message";

type Render = (messages: readonly ChatMessage[], addGenerationPrompt?: boolean) => RenderedChat;

/** Renders beyond the two that most templates need. A template that needs more looks at what it prints. */
const MORE_RENDERS = 256;
/** Fields of a message that hold what the assistant wrote. */
const WRITTEN = ["reasoning_content", "thinking", "reasoning", "content"] as const;

/**
 * One span for each assistant message: what it wrote as the template prints it, with the token that ends its turn.
 * Where the template has `{% generation %}` blocks they decide, as in Transformers. Else the conversation is rendered
 * once more with marks around every answer, and the marks' places count if the rest is unchanged by them. Where the
 * template looks at what it prints, halves of the answers are tried alone, down to single ones. An answer that a
 * template drops or rewrites has no span. Tool calls are found as what their message adds to the text.
 * @param enders special tokens that may end a turn
 * @throws Failure `answers-not-found` when too many renders would be needed
 */
export function answerSpans(
  messages: readonly ChatMessage[],
  rendered: RenderedChat,
  render: Render,
  enders: readonly string[],
): Span[] {
  if (rendered.generated.length > 0) return sorted(rendered.generated);
  return sorted(turnSpans(messages, answersOf(messages), rendered, render, enders).values());
}

/** Where training looks, and where it must not although it counts everything else. */
export type LossSpans = { trained: Span[]; untrained: Span[] };

/**
 * As `answerSpans`, for messages of which some say themselves whether they are trained on: an answer marked false is not,
 * and any other message marked true is.
 * @param marks of each message; undefined where its role decides
 * @throws Failure `answers-not-found`
 */
export function lossSpans(
  messages: readonly ChatMessage[],
  marks: readonly (boolean | undefined)[],
  rendered: RenderedChat,
  render: Render,
  enders: readonly string[],
): LossSpans {
  const answers = answersOf(messages);
  const not = [...messages.keys()].filter((i) => marks[i] === false);
  const also = [...messages.keys()].filter((i) => marks[i] === true && !answers.includes(i));
  if (not.length + also.length === 0)
    return { trained: answerSpans(messages, rendered, render, enders), untrained: [] };
  const { generated } = rendered;
  const still = answers.filter((i) => marks[i] !== false);
  const found = turnSpans(messages, [...not, ...also], rendered, render, enders);
  const spansOf = (some: readonly number[]) => some.flatMap((i) => found.get(i) ?? []);
  // One block an answer, in their order: then each is known by its place.
  if (generated.length > 0 && generated.length === answers.length) {
    const blocks = sorted(generated);
    for (const [at, i] of answers.entries()) found.set(i, blocks[at]!);
  } else if (generated.length === 0)
    for (const [i, span] of turnSpans(messages, still, rendered, render, enders)) found.set(i, span);
  const untrained = sorted(spansOf(not));
  const touches = (one: Span) => untrained.some(({ start, end }) => one.start < end && start < one.end);
  const written =
    generated.length > 0 && generated.length !== answers.length
      ? generated.filter((one) => !touches(one))
      : spansOf(still);
  return { trained: sorted([...written, ...spansOf(also)]), untrained };
}

const sorted = (spans: Iterable<Span>) => [...spans].sort((a, b) => a.start - b.start);
const answersOf = (messages: readonly ChatMessage[]) =>
  [...messages.keys()].filter((i) => messages[i]!.role === "assistant");

/** Where the messages of `turns` stand in the text, each with the token that ends it. */
function turnSpans(
  messages: readonly ChatMessage[],
  turns: readonly number[],
  rendered: RenderedChat,
  render: Render,
  enders: readonly string[],
): Map<number, Span> {
  let left = MORE_RENDERS;
  const again: Render = (...args) => {
    if (left-- === 0) throw new Failure("INVALID_INPUT", "answers-not-found", {});
    return render(...args);
  };
  const marks = freeMarks(messages, 0xf8000);
  const { text } = rendered;
  const calling = turns.filter((i) => Array.isArray(messages[i]!.tool_calls));
  const found = new Map<number, Span>();

  const tryOn = (some: readonly number[]): void => {
    if (some.length === 0) return;
    const places = markedPlaces(messages, new Set(some), marks, text, again);
    if (places) for (const [i, span] of places) found.set(some[i]!, span);
    else if (some.length === 1) {
      const span = replacedPlace(messages, some[0]!, marks, text, again);
      if (span) found.set(some[0]!, span);
    } else {
      const half = some.length >> 1;
      tryOn(some.slice(0, half));
      tryOn(some.slice(half));
    }
  };
  tryOn(turns.filter((i) => !calling.includes(i)).sort((a, b) => a - b));
  for (const i of calling) {
    const span = addedPlace(messages, i, text, again);
    if (span) found.set(i, span);
  }
  for (const [i, { start, end }] of found) {
    // What a message with calls adds ends with its end token already.
    if (!calling.includes(i))
      found.set(i, { start, end: end + enderLength(text.slice(end, end + 256), enders) });
  }
  return found;
}

/** Marks around all answers of `some` at once; undefined when that changes anything else of the text. */
function markedPlaces(
  messages: readonly ChatMessage[],
  some: ReadonlySet<number>,
  { open, close }: Marks,
  text: string,
  render: Render,
): Map<number, Span> | undefined {
  const marked = messages.map((message, i) => (some.has(i) ? withMarks(message, open, close) : message));
  let printed: string;
  try {
    printed = render(marked).text;
  } catch (error) {
    if (error instanceof Failure && error.reason === "chat-template") return undefined;
    throw error;
  }
  const spans = new Map<number, Span>();
  let [plain, at, answer] = ["", 0, -1];
  let start: number | undefined;
  for (const { index, 0: mark } of printed.matchAll(new RegExp(`${open}|${close}`, "gu"))) {
    plain += printed.slice(at, index);
    at = index + mark.length;
    if (mark === open) start ??= plain.length;
    else {
      // An answer that is printed twice, or whose beginning is gone, cannot be told from the others.
      if (start === undefined) return undefined;
      spans.set(++answer, { start: thoughtStart(plain, start), end: plain.length });
      start = undefined;
    }
  }
  plain += printed.slice(at);
  return plain === text && answer === some.size - 1 ? spans : undefined;
}

/** A template prints the opening of a thought itself; the model has to write it. */
function thoughtStart(plain: string, start: number): number {
  const opening = /<think>\s*$/.exec(plain.slice(Math.max(0, start - 32), start));
  return opening ? start - opening[0].length : start;
}

/** The mark that opens comes again where a template may cut: it keeps what stands behind a thought, or inside it. */
function withMarks(message: ChatMessage, open: string, close: string): ChatMessage {
  const fields: Record<string, unknown> = {};
  for (const name of WRITTEN) {
    const value = message[name];
    if (typeof value !== "string") continue;
    const lead = /^\s*/.exec(value)![0];
    const core = value.slice(lead.length).trimEnd();
    const trail = value.slice(lead.length + core.length);
    const inner = core.replace(/<\/?think>\s*/g, (tag) => tag + open);
    fields[name] = lead + open + inner + (name === "content" ? close : "") + trail;
  }
  return { ...message, ...fields };
}

/** The answer replaced by a mark: for templates that ask what it is. */
function replacedPlace(
  messages: readonly ChatMessage[],
  i: number,
  { open }: Marks,
  text: string,
  render: Render,
): Span | undefined {
  let printed: string;
  try {
    printed = render(messages.map((message, j) => (i === j ? { ...message, content: open } : message))).text;
  } catch (error) {
    if (error instanceof Failure && error.reason === "chat-template") return undefined;
    throw error;
  }
  const at = printed.indexOf(open);
  if (at < 0) return undefined;
  const after = printed.slice(at + open.length);
  const end = text.length - after.length;
  if (end < at || !text.startsWith(printed.slice(0, at)) || !text.endsWith(after)) return undefined;
  return { start: at, end };
}

/** What a message adds: from the prompt that asks for it to the conversation that ends with it. */
function addedPlace(
  messages: readonly ChatMessage[],
  i: number,
  text: string,
  render: Render,
): Span | undefined {
  try {
    const before = i === 0 ? "" : render(messages.slice(0, i), true).text;
    const upTo = render(messages.slice(0, i + 1)).text;
    if (!text.startsWith(before) || !upTo.startsWith(before)) return undefined;
    const same = text.startsWith(upTo) ? upTo.length : commonLength(text, upTo);
    return same > before.length
      ? { start: before.length, end: before.length + text.slice(before.length, same).trimEnd().length }
      : undefined;
  } catch (error) {
    if (error instanceof Failure && error.reason === "chat-template") return undefined;
    throw error;
  }
}

function commonLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at;
}

/** Length of what ends the turn at the start of `after`: white space at most, then a special token. */
function enderLength(after: string, enders: readonly string[]): number {
  const space = /^\s*/.exec(after)![0].length;
  let longest = 0;
  for (const token of enders)
    if (token.length > longest && after.startsWith(token, space)) longest = token.length;
  return longest === 0 ? 0 : space + longest;
}
