import { expect, test } from "vitest";
import { testGguf } from "./_testing/model";
import { generate } from "./generate";

test("answers come in the order of the prompts", async () => {
  const done: number[] = [];
  const texts = await generate({
    modelPath: await testGguf(),
    prompts: [
      "One, two, three, four, five,",
      [{ role: "user", content: "What is the capital of France?" }],
      "One, two,",
    ],
    maxTokens: 8,
    temperature: 0,
    threads: 2,
    onText: (index) => done.push(index),
  });
  expect(texts[0]).toContain("six");
  expect(texts[1]).toContain("Paris");
  expect(texts[2]).toMatch(/three/i);
  expect(done.sort()).toEqual([0, 1, 2]);
});

test("an aborted job ends with the reason", async () => {
  const stop = new AbortController();
  const job = generate({
    modelPath: await testGguf(),
    prompts: Array.from({ length: 12 }, (_, at) => `Story number ${at}:`),
    maxTokens: 200,
    temperature: 0,
    threads: 2,
    signal: stop.signal,
    onText: () => stop.abort(new Error("enough")),
  });
  setTimeout(() => stop.abort(new Error("enough")), 500);
  await expect(job).rejects.toThrow("enough");
});
