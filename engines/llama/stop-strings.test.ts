import fc from "fast-check";
import { expect, test } from "vitest";
import { stopMatcher } from "./stop-strings";

const letters = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 12 });
const stops = fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\n"), minLength: 1, maxLength: 4 }), {
  maxLength: 3,
});

function run(pieces: string[], wanted: string[]) {
  const matcher = stopMatcher(wanted);
  let shown = "";
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece);
    shown += text;
    if (stopped) return { shown, stopped };
  }
  return { shown: shown + matcher.rest(), stopped: false };
}

test("however a text is cut into pieces, it ends where the first stop string begins to be whole", () => {
  fc.assert(
    fc.property(fc.array(letters), stops, (pieces, wanted) => {
      const { shown, stopped } = run(pieces, wanted);
      const whole = pieces.join("");
      expect(whole.startsWith(shown)).toBe(true);
      expect(stopped).toBe(wanted.some((stop) => whole.includes(stop)));
      expect(wanted.some((stop) => shown.includes(stop))).toBe(false);
      if (stopped) expect(wanted.some((stop) => whole.startsWith(stop, shown.length))).toBe(true);
      else expect(shown).toBe(whole);
    }),
  );
});

test("what cannot become a stop string is shown at once", () => {
  const matcher = stopMatcher(["###"]);
  expect(matcher.push("Paris. #")).toEqual({ text: "Paris. ", stopped: false });
  expect(matcher.push("1 city")).toEqual({ text: "#1 city", stopped: false });
});
