import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createVoice } from "./voice";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("says what changed together, once a second at most, and never the same twice", () => {
  const spoken: string[] = [];
  const voice = createVoice(1000, (changes) => void spoken.push(changes.join(". ")));
  for (let ms = 0; ms < 3000; ms += 100) {
    if (ms < 1500) voice.change("a", "A, Running");
    if (ms === 200) voice.change("b", "B, Running");
    if (ms === 500) voice.change("b", "B, Done");
    if (ms === 1700) voice.change("a", "A, Done");
    vi.advanceTimersByTime(100);
  }
  expect(spoken).toEqual(["A, Running. B, Done", "A, Done"]);
  voice.change("c", "C, Failed");
  voice.stop();
  vi.advanceTimersByTime(5000);
  expect(spoken).toHaveLength(2);
});
