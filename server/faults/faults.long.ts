import { expect, test } from "vitest";
import { campaign, sentence } from "./_testing/campaign";

test("two hundred faults in a whole running system lose nothing", async () => {
  const seed = Number(process.env.TELAR_FAULT_SEED) || Math.floor(Math.random() * 2 ** 31);
  console.log(`TELAR_FAULT_SEED=${seed} draws the same faults again.`);
  const figures = await campaign({ seed, injections: 200, perRun: 4 });
  console.log(sentence(figures, seed));
  expect(figures.lost).toEqual([]);
  expect(figures.survived).toBe(200);
}, 1_200_000);
