import fc from "fast-check";
import { expect, test } from "vitest";
import { testDatabase } from "@/server/database/testing";
import { databaseEngine } from "../_testing/story-database";
import { play } from "../_testing/story-engine";
import { memoryEngine } from "../_testing/story-memory";
import { anyStory, databaseClock, memoryClock } from "../_testing/story-steps";

const seed = Number(process.env.TELAR_TEST_SEED) || Date.now();

test(`20,000 stories in memory, seed ${seed}`, { timeout: 600_000 }, async () => {
  const played = { stories: 0 };
  await fc.assert(
    fc.asyncProperty(anyStory(memoryClock, 80), async (story) => {
      played.stories++;
      await play(story, memoryClock, memoryEngine(story, memoryClock));
    }),
    { numRuns: 20_000, seed },
  );
  expect(played.stories).toBe(20_000);
});

test(`300 stories over a real database, seed ${seed}`, { timeout: 600_000 }, async () => {
  const database = await testDatabase();
  const played = { stories: 0 };
  await fc.assert(
    fc.asyncProperty(anyStory(databaseClock, 60), async (story) => {
      played.stories++;
      const { engine, remove } = await databaseEngine(database, story, databaseClock);
      await play(story, databaseClock, engine).finally(remove);
    }),
    { numRuns: 300, seed },
  );
  expect(played.stories).toBe(300);
  await database.close();
});
