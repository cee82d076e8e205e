/** Cuts a stream of text at the first stop string, which may come in pieces. Pure but for its own buffer. */
export type StopMatcher = {
  /** Text that may be shown now; `stopped` once a stop string was met. */
  push(text: string): { text: string; stopped: boolean };
  /** What was held back because it might have become a stop string. */
  rest(): string;
};

export function stopMatcher(stops: readonly string[]): StopMatcher {
  const wanted = stops.filter((stop) => stop !== "");
  let held = "";
  return {
    push(text) {
      held += text;
      const cut = firstStop(held, wanted);
      if (cut !== undefined) {
        const before = held.slice(0, cut);
        held = "";
        return { text: before, stopped: true };
      }
      const keep = heldBack(held, wanted);
      const shown = held.slice(0, held.length - keep);
      held = held.slice(held.length - keep);
      return { text: shown, stopped: false };
    },
    rest() {
      const text = held;
      held = "";
      return text;
    },
  };
}

function firstStop(text: string, stops: readonly string[]): number | undefined {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return found.length > 0 ? Math.min(...found) : undefined;
}

/** Length of the longest end of `text` that a stop string begins with. */
function heldBack(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}
