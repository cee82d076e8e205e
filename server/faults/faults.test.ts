import { expect, test } from "vitest";
import { campaign, sentence } from "./_testing/campaign";

test("twenty faults in a whole running system lose nothing", async () => {
  const seed = 5;
  const figures = await campaign({ seed, injections: 20, perRun: 2 });
  console.log(sentence(figures, seed));
  expect(figures.lost).toEqual([]);
  expect(figures.survived).toBe(20);
}, 400_000);
