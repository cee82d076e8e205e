import { expect, test } from "vitest";
import { parseRange } from "./byte-range";

test("one range of bytes is served, cut to what is there; anything else gives the whole file", () => {
  const ask = (header: string | null, size = 100) => parseRange(header, size);
  expect(ask("bytes=0-9")).toEqual({ start: 0, end: 9 });
  expect(ask("bytes=90-")).toEqual({ start: 90, end: 99 });
  expect(ask("bytes=90-500")).toEqual({ start: 90, end: 99 });
  expect(ask("bytes=-10")).toEqual({ start: 90, end: 99 });
  expect(ask("bytes=-500")).toEqual({ start: 0, end: 99 });
  expect(ask("bytes=100-")).toBe("unsatisfiable");
  expect(ask("bytes=-0")).toBe("unsatisfiable");
  expect(ask("bytes=0-", 0)).toBe("unsatisfiable");
  for (const header of [null, "", "bytes=-", "bytes=5-2", "bytes=0-1,5-6", "rows=0-1"])
    expect(ask(header)).toBe("whole");
});
