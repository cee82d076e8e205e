import { expect, test } from "vitest";
import { createThreadShares, shareOf } from "./thread-shares";

test("what is busy shares all cores but one, and always has a thread", () => {
  expect([1, 2, 3, 20].map((busy) => shareOf(busy, 16))).toEqual([15, 7, 5, 1]);
  expect([shareOf(0, 2), shareOf(1, 1)]).toEqual([1, 1]);
});

test("a model hears its share when others begin and end, and not while it rests", () => {
  const shares = createThreadShares(9);
  const reports: string[] = [];
  const join = (name: string) => shares.join((threads) => reports.push(`${name} ${threads}`));
  const [a, b] = [join("a"), join("b")];
  a.setBusy(true);
  a.setBusy(true);
  b.setBusy(true);
  a.setBusy(false);
  b.leave();
  a.setBusy(true);
  a.leave();
  expect(reports).toEqual(["a 8", "a 4", "b 4", "b 8", "a 8"]);
});
