/** What is said to screen readers about changes: the newest of each thing, together, and not more often than `everyMs`. */
export type Voice = {
  /** Said once the pause since the last words is over. What is said already is not said again. */
  change(id: string, words: string): void;
  stop(): void;
};

export function createVoice(everyMs: number, say: (changes: readonly string[]) => void): Voice {
  const spoken = new Map<string, string>();
  const pending = new Map<string, string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const speak = () => {
    timer = undefined;
    const fresh = [...pending].filter(([id, words]) => spoken.get(id) !== words);
    pending.clear();
    for (const [id, words] of fresh) spoken.set(id, words);
    if (fresh.length) say(fresh.map(([, words]) => words));
  };
  return {
    change(id, words) {
      pending.set(id, words);
      timer ??= setTimeout(speak, everyMs);
    },
    stop: () => clearTimeout(timer),
  };
}
