/** Patterns of tokenizer.json that could take for ever: the library behind it ends the whole process over them. */

/**
 * The first pattern in which something that repeats without end holds something that does so too, or a choice
 * (`(a+)+`, `(a|b)*`); its time can double with every letter. Patterns of published models have none.
 */
export function runawayPattern(part: unknown): string | undefined {
  if (part === null || typeof part !== "object") return undefined;
  for (const [name, value] of Object.entries(part)) {
    const found =
      name === "Regex" && typeof value === "string" ? runsAway(value) && value : runawayPattern(value);
    if (found) return found;
  }
  return undefined;
}

function runsAway(pattern: string): boolean {
  /** Whether each open group holds an endless repetition or a choice. */
  const open: boolean[] = [false];
  const endless = /^(?:[*+]|\{\d+,\})/;
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at];
    if (letter === "\\") at++;
    else if (letter === "[") at = classEnd(pattern, at);
    else if (letter === "(") open.push(false);
    else if (letter === "|") open[open.length - 1] = true;
    else if (letter === ")") {
      const risky = open.length > 1 ? open.pop()! : false;
      const repeats = endless.test(pattern.slice(at + 1, at + 24));
      if (risky && repeats) return true;
      if (risky) open[open.length - 1] = true;
    } else if (endless.test(pattern.slice(at, at + 24))) open[open.length - 1] = true;
  }
  return false;
}

/** Place of the bracket that closes a class, with classes inside. */
function classEnd(pattern: string, start: number): number {
  let depth = 0;
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === "\\") at++;
    else if (pattern[at] === "[") depth++;
    else if (pattern[at] === "]" && --depth === 0) return at;
  }
  return pattern.length;
}
