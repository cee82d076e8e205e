/** Keeps special tokens that people type apart from those that the template writes. */
import { Float } from "../jinja/values";

/** Part of a rendered conversation. A literal one holds a special token's text and must not be read as that token. */
export type Piece = { text: string; literal: boolean };

export type Marks = { open: string; close: string };

/** Matches any of the tokens, the longest first; undefined without tokens. */
function tokenPattern(tokens: readonly string[]): RegExp | undefined {
  const words = [...new Set(tokens)].filter((token) => token !== "").sort((a, b) => b.length - a.length);
  if (words.length === 0) return undefined;
  return new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g");
}

/** Roles that templates know: `<|user|>` made of one is the template's own token. */
const ROLES = new Set([
  ...["system", "developer", "user", "assistant", "model", "tool", "tools", "tool_call", "tool_response"],
  ...["tool_results", "function", "ipython", "environment", "observation", "input", "context", "document"],
]);

/**
 * Puts marks around every special token that stands in `data`, and where a text begins or ends with a part of one: two
 * texts that the template joins must not become a token. Undefined when nothing needs marks.
 */
export function markTokens(
  data: unknown,
  tokens: readonly string[],
): { data: unknown; marks: Marks } | undefined {
  const pattern = tokenPattern(tokens);
  if (!pattern) return undefined;
  const heads = new Set(tokens.flatMap((token) => parts(token, (at) => token.slice(0, at))));
  const tails = new Set(tokens.flatMap((token) => parts(token, (at) => token.slice(at))));
  const longest = Math.max(...tokens.map((token) => token.length));
  const some = (text: string, set: ReadonlySet<string>, cut: (length: number) => string) => {
    for (let length = 2; length < longest && length <= text.length; length++)
      if (set.has(cut(length))) return true;
    return false;
  };
  let [any, found] = [false, undefined as Marks | undefined];
  const marks = () => {
    found ??= freeMarks(data);
    return found;
  };
  const markText = (text: string, isRole: boolean): string => {
    if (isRole && ROLES.has(text)) return text;
    let marked = text.replace(pattern, (token) => marks().open + token + marks().close);
    const seam = () => marks().open + marks().close;
    if (some(text, tails, (length) => text.slice(0, length)) || (isRole && within(text, tokens)))
      marked = seam() + marked;
    if (some(text, heads, (length) => text.slice(-length)) || (isRole && within(text, tokens)))
      marked += seam();
    any ||= marked !== text;
    return marked;
  };
  const walk = (value: unknown, isRole: boolean): unknown => {
    if (typeof value === "string") return markText(value, isRole);
    if (Array.isArray(value)) return value.map((one) => walk(one, false));
    if (value === null || typeof value !== "object" || value instanceof Float) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name === "role")]));
  };
  const marked = walk(data, false);
  return any ? { data: marked, marks: marks() } : undefined;
}

const parts = (token: string, cut: (at: number) => string) =>
  Array.from({ length: Math.max(0, token.length - 1) }, (_, at) => cut(at + 1));
const within = (text: string, tokens: readonly string[]) =>
  text !== "" && tokens.some((token) => token.includes(text));

/** Two characters of the private planes that no text in `data` has. */
export function freeMarks(data: unknown, above = 0xf0000): Marks {
  const used = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === "string")
      for (const letter of value.match(/[\u{f0000}-\u{10fffd}]/gu) ?? []) used.add(letter);
    else if (value !== null && typeof value === "object")
      for (const inner of Object.values(value)) look(inner);
  };
  look(data);
  const free: string[] = [];
  for (let code = above; free.length < 2; code++) {
    const letter = String.fromCodePoint(code);
    if (!used.has(letter)) free.push(letter);
  }
  return { open: free[0]!, close: free[1]! };
}

/** Takes the marks out; a seam within a token that the parts around it make tells them apart. `spans` are moved along. */
export function splitMarks<S extends { start: number; end: number }>(
  text: string,
  { open, close }: Marks,
  spans: readonly S[],
  tokens: readonly string[],
): { text: string; pieces: Piece[]; spans: S[] } {
  const pieces: Piece[] = [];
  const gone: number[] = [];
  let whole = "";
  let literal = false;
  let at = 0;
  const take = (end: number) => {
    if (end > at) pieces.push({ text: text.slice(at, end), literal });
    whole += text.slice(at, end);
  };
  for (const { index, 0: mark } of text.matchAll(new RegExp(`${open}|${close}`, "gu"))) {
    take(index);
    gone.push(index);
    literal = mark === open;
    at = index + mark.length;
  }
  take(text.length);
  joinSeams(pieces, tokens);
  const moved = (place: number) => place - open.length * gone.filter((mark) => mark < place).length;
  return {
    text: whole,
    pieces,
    spans: spans.map((span) => ({ ...span, start: moved(span.start), end: moved(span.end) })),
  };
}

/** Pieces that only a seam parted are one again, unless their joined text holds a token across it. */
function joinSeams(pieces: Piece[], tokens: readonly string[]): void {
  const longest = Math.max(0, ...tokens.map((token) => token.length));
  for (let at = pieces.length - 1; at > 0; at--) {
    const [left, right] = [pieces[at - 1]!, pieces[at]!];
    if (left.literal || right.literal) continue;
    const before = left.text.slice(-longest);
    const across = before + right.text.slice(0, longest);
    const forged = tokens.some((token) => {
      for (let i = across.indexOf(token); i >= 0; i = across.indexOf(token, i + 1))
        if (i < before.length && i + token.length > before.length) return true;
      return false;
    });
    if (!forged) pieces.splice(at - 1, 2, { text: left.text + right.text, literal: false });
  }
}
