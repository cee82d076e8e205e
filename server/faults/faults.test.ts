import { expect, test } from "vitest";
import { campaign, sentence } from "./_testing/campaign";

test("twenty faults in a whole running system lose nothing", async () => {
  const figures = await campaign({ seed: 5, injections: 20 });
  console.log(sentence(figures, 5));
  expect(figures.lost).toEqual([]);
  expect(figures.survived).toBe(20);
}, 400_000);
