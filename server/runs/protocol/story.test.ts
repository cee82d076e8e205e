import fc from "fast-check";
import { expect, test } from "vitest";
import { testDatabase } from "@/server/database/testing";
import { databaseEngine } from "../_testing/story-database";
import { play } from "../_testing/story-engine";
import { memoryEngine } from "../_testing/story-memory";
import { anyStory, databaseClock, memoryClock, type Story } from "../_testing/story-steps";

const clock = memoryClock;

test("two workers, two runs and a moving clock: the engine does what the model says", async () => {
  await fc.assert(
    fc.asyncProperty(anyStory(clock, 60), (story) => play(story, clock, memoryEngine(story, clock))),
    { numRuns: 500 },
  );
});

test("a disagreement is told as a short story", async () => {
  // An engine that takes what a lost worker says for good.
  const broken = (story: Story) => {
    const engine = memoryEngine(story, clock);
    return {
      ...engine,
      finish: async (...asked: Parameters<typeof engine.finish>) => (await engine.finish(...asked)) || true,
    };
  };
  const text = await fc
    .assert(
      fc.asyncProperty(anyStory(clock, 60), (story) => play(story, clock, broken(story))),
      { numRuns: 2_000, seed: 1 },
    )
    .then(
      () => "",
      (error: Error) => `${error.message}\n${(error.cause as Error)?.message ?? ""}`,
    );
  const lines = text.slice(text.lastIndexOf("run 0: ")).split("\n");
  const steps = lines.filter((line) => /^\d+\. /.test(line));
  expect(steps.at(-1)).toMatch(/finishes its job/);
  expect(steps.length).toBeLessThanOrEqual(8);
  expect(steps.join("\n")).toMatch(/lost leases are looked for/);
});

test("so does the engine over a real database", async () => {
  const database = await testDatabase();
  await fc.assert(
    fc.asyncProperty(anyStory(databaseClock, 30), async (story) => {
      const { engine, remove } = await databaseEngine(database, story, databaseClock);
      await play(story, databaseClock, engine).finally(remove);
    }),
    { numRuns: 12 },
  );
  await database.close();
});
