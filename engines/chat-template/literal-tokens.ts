/** Keeps special tokens that people type apart from those that the template writes. */

/** Part of a rendered conversation. A literal one holds a special token's text and must not be read as that token. */
export type Piece = { text: string; literal: boolean };

export type Marks = { open: string; close: string };

/** Matches any of the tokens, the longest first; undefined without tokens. */
export function tokenPattern(tokens: readonly string[]): RegExp | undefined {
  const words = [...new Set(tokens)].filter((token) => token !== "").sort((a, b) => b.length - a.length);
  if (words.length === 0) return undefined;
  return new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|"), "g");
}

/** True when any text in `data` holds a special token. */
export function holdsToken(data: unknown, pattern: RegExp): boolean {
  if (typeof data === "string") return data.search(pattern) >= 0;
  if (data === null || typeof data !== "object") return false;
  return Object.values(data).some((value) => holdsToken(value, pattern));
}

/** `data` with every special token between marks. Roles are the template's business and stay. */
export function markTokens(data: unknown, pattern: RegExp, { open, close }: Marks): unknown {
  if (typeof data === "string") return data.replace(pattern, (token) => open + token + close);
  if (Array.isArray(data)) return data.map((value) => markTokens(value, pattern, { open, close }));
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      name === "role" ? value : markTokens(value, pattern, { open, close }),
    ]),
  );
}

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

/** Takes the marks out. `spans` are moved along. */
export function splitMarks<S extends { start: number; end: number }>(
  text: string,
  { open, close }: Marks,
  spans: readonly S[],
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
  const moved = (place: number) => place - open.length * gone.filter((mark) => mark < place).length;
  return {
    text: whole,
    pieces,
    spans: spans.map((span) => ({ ...span, start: moved(span.start), end: moved(span.end) })),
  };
}
